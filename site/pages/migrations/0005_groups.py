"""Authors write, Editors approve and publish, Operators run features and members."""

from django.db import migrations

PAGES = {
    "Authors": ("add_page", "change_page"),
    "Editors": (
        "add_page",
        "change_page",
        "publish_page",
        "lock_page",
        "unlock_page",
        "bulk_delete_page",
    ),
    "Operators": (),
}
SHELVES = {
    "Authors": (
        "core.add_asset",
        "core.choose_asset",
        "wagtailimages.add_image",
        "wagtailimages.choose_image",
    ),
    "Editors": (
        "core.add_asset",
        "core.change_asset",
        "core.choose_asset",
        "wagtailimages.add_image",
        "wagtailimages.change_image",
        "wagtailimages.choose_image",
    ),
    "Operators": (),
}
RIGHTS = {
    "Authors": ("wagtailadmin.access_admin",),
    "Editors": (
        "wagtailadmin.access_admin",
        "pages.add_category",
        "pages.change_category",
        "pages.delete_category",
    ),
    "Operators": (
        "wagtailadmin.access_admin",
        "core.change_switch",
        "members.add_member",
        "members.change_member",
        "members.delete_member",
    ),
}
MODELS = {
    "asset": "asset",
    "image": "image",
    "page": "page",
    "category": "category",
    "member": "member",
    "switch": "switch",
    "admin": "admin",
}


def forwards(apps, schema_editor):
    Group = apps.get_model("auth.Group")
    _rename_reviewers(apps)
    for name in RIGHTS:
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set([_permission(apps, right) for right in RIGHTS[name]])
        _grant_pages(apps, group, PAGES[name])
        _grant_shelves(apps, group, SHELVES[name])
    _open_review(apps)


def _permission(apps, right):
    """Permissions are made after migrations run, so what is not there yet is made here."""
    app, codename = right.split(".")
    model = MODELS[codename.rsplit("_", 1)[1]]
    kind, _new = apps.get_model("contenttypes.ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    permission, _new = apps.get_model("auth.Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return permission


def _grant_pages(apps, group, codenames):
    Page = apps.get_model("wagtailcore.Page")
    GroupPagePermission = apps.get_model("wagtailcore.GroupPagePermission")
    root = Page.objects.get(depth=1)
    GroupPagePermission.objects.filter(group=group).delete()
    for codename in codenames:
        permission = _permission(apps, f"wagtailcore.{codename}")
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)


def _grant_shelves(apps, group, rights):
    Collection = apps.get_model("wagtailcore.Collection")
    GroupCollectionPermission = apps.get_model("wagtailcore.GroupCollectionPermission")
    root = Collection.objects.get(depth=1)
    GroupCollectionPermission.objects.filter(group=group).delete()
    for right in rights:
        permission = _permission(apps, right)
        GroupCollectionPermission.objects.create(
            group=group, collection=root, permission=permission
        )


def _rename_reviewers(apps):
    """Wagtail's Moderators are our Editors, its Editors our Authors; a fresh house only."""
    Group = apps.get_model("auth.Group")
    if Group.objects.filter(name="Authors").exists():
        return
    Group.objects.filter(name="Editors", user=None).update(name="Authors")
    if not Group.objects.filter(name="Editors").exists():
        Group.objects.filter(name="Moderators").update(name="Editors")


def _open_review(apps):
    """The default workflow: an editor approves what an author submits."""
    editors = apps.get_model("auth.Group").objects.get(name="Editors")
    for task in apps.get_model("wagtailcore.GroupApprovalTask").objects.all():
        task.groups.add(editors)
        if task.name == "Moderators approval":
            task.name = "An editor approves"
            task.save()
    workflows = apps.get_model("wagtailcore.Workflow").objects
    workflows.filter(name="Moderators approval").update(name="Editorial review")


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0004_downloads"),
        ("core", "0006_choosing_media"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("members", "0001_member"),
    ]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
