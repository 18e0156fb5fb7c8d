"""Videos on their way from one provider to another: asking, watching, stopping, going back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.jobs.models import Job
from core.media.errors import MediaError
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.media.permissions import policy

from .bulk import AssetBulkAction
from .queries import labels

SHOWN = 100
TOLD = 5  # reasons in one message
TONES = {
    Move.State.FAILED: "failed",
    Move.State.CANCELLED: "waiting",
    Move.State.ENDED: "ready",
    Move.State.MOVED: "ready",
    Move.State.ROLLED_BACK: "waiting",
}


class TargetForm(forms.Form):
    target = forms.ChoiceField(
        label=gettext_lazy("Where to"),
        help_text=gettext_lazy("Members go on watching; the change comes when the copy is whole."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = sorted(labels().items())


class MoveTo(AssetBulkAction):
    display_name = gettext_lazy("Move")
    action_type = "move_to"
    aria_label = gettext_lazy("Move the selected videos to another provider")
    action_priority = 40
    form_class = TargetForm
    question = gettext_lazy("Who should prepare and play these from now on?")

    def get_execution_context(self):
        self.refused = []
        target = self.cleaned_form.cleaned_data["target"]
        return {"target": target, "user": self.request.user, "refused": self.refused}

    @classmethod
    def execute_action(cls, objects, target="", user=None, refused=None, **kwargs):
        begun = moving.ask_moves(assets=objects, target=target, by=user, refused=refused)
        return len(begun), len(objects) - len(begun)

    def get_success_message(self, num_parent_objects, num_child_objects):
        words = ngettext(
            "%d video is on its way.", "%d videos are on their way.", num_parent_objects
        )
        stay = ngettext("%d stays where it is.", "%d stay where they are.", num_child_objects)
        parts = [words % num_parent_objects]
        if num_child_objects:
            parts += [stay % num_child_objects, *dict.fromkeys(map(str, self.refused[:TOLD]))]
        return " ".join(parts)


@never_cache
def moves(request):
    """The newest moves; to a script only the table."""
    rows = _rows(request.user)
    context = {
        "moves": rows,
        "is_busy": any(row.state in Move.ACTIVE for row in rows),
        "page_title": _("Moves"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("media_library:index"), "label": _("Media")},
            {"url": "", "label": _("Moves")},
        ],
    }
    is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    part = "moves_table" if is_script else "moves"
    return render(request, f"pages/admin/media/{part}.html", context)


def _rows(user):
    seen = policy.instances_user_has_any_permission_for(user, ("choose", "change"))
    rows = list(
        Move.objects.filter(asset__in=seen)
        .select_related("asset", "asked_by")
        .order_by("-pk")[:SHOWN]
    )
    numbers = [row.pk for row in rows if row.state in Move.ACTIVE]
    jobs = Job.objects.filter(kind=moving.KIND, payload__move__in=numbers).order_by("pk")
    working = {job.payload["move"]: job for job in jobs}
    names = labels()
    for row in rows:
        job = working.get(row.pk)
        is_begun = job and row.state == Move.State.COPYING and job.state in Job.ACTIVE
        row.percent = int(100 * job.progress) if is_begun else None
        row.tone = TONES.get(row.state, "busy")
        row.source_label = names.get(row.source, row.source)
        row.target_label = names.get(row.target, row.target)
        row.may_go_back = row.state == Move.State.MOVED and row.asset.provider == row.target
        row.may_stop = row.state in Move.ACTIVE
    return rows


@require_POST
def change(request, pk, verb):
    """Stop a move, or go back."""
    move = get_object_or_404(Move.objects.select_related("asset"), pk=pk)
    if not policy.user_has_permission_for_instance(request.user, "change", move.asset):
        raise PermissionDenied if _sees(request.user, move.asset) else Http404
    try:
        {"stop": moving.stop, "back": moving.roll_back}[verb](move)
    except KeyError:
        raise Http404(verb) from None
    except MediaError as error:
        messages.error(request, str(error))
    return redirect("media_library:moves")


def _sees(user, asset: Asset) -> bool:
    return policy.user_has_any_permission_for_instance(user, ("choose", "change"), asset)
