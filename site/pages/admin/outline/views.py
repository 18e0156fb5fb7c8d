"""The outline screen and its four verbs."""

from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from pages.models import Program

from . import services
from .errors import OutlineError
from .tree import outline_of

TREE = "pages/admin/outline/tree.html"


def _program(request: HttpRequest, pk: int) -> Program:
    seen = PagePermissionPolicy(Page).explorable_instances(request.user)
    return get_object_or_404(Program.objects.filter(pk__in=seen.values("pk")), pk=pk)


def _rights(request: HttpRequest, program: Program) -> dict:
    rights = program.permissions_for_user(request.user)
    return {"may_add": rights.can_add_subpage(), "may_edit": rights.can_edit()}


def _words() -> dict[str, str]:
    """What is announced while a line is moved."""
    return {
        "taken": _("%(title)s taken. Place %(place)s of %(count)s in %(module)s."),
        "moved": _("%(title)s: place %(place)s of %(count)s in %(module)s."),
        "dropped": _("%(title)s dropped where it was."),
        "back": _("%(title)s is back at place %(place)s of %(count)s in %(module)s."),
        "edge": _("%(title)s can go no further."),
        "saved": _("Saved: %(title)s is at place %(place)s of %(count)s in %(module)s."),
        "program": _("the program"),
        "rename": _("New title of %(title)s"),
        "renamed": _("Renamed to %(title)s."),
        "added": _("%(title)s added as a draft."),
        "offline": _("This was not saved: the connection is gone. Try again once it is back."),
    }


@never_cache
def show(request, pk) -> HttpResponse:
    """The whole program on one screen."""
    program = _program(request, pk)
    explorer = reverse("wagtailadmin_explore", args=[pk])
    context = {
        "outline": outline_of(program),
        "program": program,
        "words": _words(),
        "page_title": _("Outline of %(title)s") % {"title": program.get_admin_display_title()},
        "breadcrumbs_items": [
            {"url": explorer, "label": program.get_admin_display_title()},
            {"url": "", "label": _("Outline")},
        ],
        **_rights(request, program),
    }
    return render(request, "pages/admin/outline/show.html", context)


@never_cache
def tree(request, pk) -> HttpResponse:
    """The tree alone, as it is now."""
    program = _program(request, pk)
    context = {"outline": outline_of(program), "program": program, **_rights(request, program)}
    return render(request, TREE, context)


def _verb(view):
    """Answer a verb with the fresh tree; an error brings its words along too."""

    @require_POST
    @wraps(view)
    def wrapped(request, pk):
        program = _program(request, pk)
        said, status, focus = "", 200, None
        try:
            page = view(request, program)
            focus = page.pk
        except OutlineError as error:
            said, status = str(error), error.status
        context = {"outline": outline_of(program), "program": program, **_rights(request, program)}
        html = render_to_string(TREE, context, request)
        return JsonResponse({"error": said, "html": html, "focus": focus}, status=status)

    return wrapped


def _number(request, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise OutlineError(_("The browser sent something we cannot read. Load the page again."))
    return int(text)


@_verb
def move(request, program) -> Page:
    return services.move(
        program=program,
        page_id=_number(request, "page"),
        parent_id=_number(request, "parent"),
        after_id=_number(request, "after") if request.POST.get("after") else None,
        user=request.user,
    )


@_verb
def rename(request, program) -> Page:
    return services.rename(
        program=program,
        page_id=_number(request, "page"),
        title=request.POST.get("title", ""),
        user=request.user,
    )


@_verb
def add(request, program) -> Page:
    return services.add(
        program=program,
        parent_id=_number(request, "parent"),
        title=request.POST.get("title", ""),
        user=request.user,
    )


class OutlineViewSet(ViewSet):
    icon = "list-ul"

    def get_urlpatterns(self):
        return [
            path("<int:pk>/", show, name="show"),
            path("<int:pk>/tree/", tree, name="tree"),
            path("<int:pk>/move/", move, name="move"),
            path("<int:pk>/rename/", rename, name="rename"),
            path("<int:pk>/add/", add, name="add"),
        ]


viewset = OutlineViewSet("outline")
