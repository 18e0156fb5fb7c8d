"""Videos on their way from one provider to another: asking, stopping one, going back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from core.media.errors import MediaError
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.media.permissions import policy

from .bulk import AssetBulkAction
from .queries import labels

TOLD = 5  # reasons in one message


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
        self.begun, self.refused = [], []
        target = self.cleaned_form.cleaned_data["target"]
        lists = {"begun": self.begun, "refused": self.refused}
        return {"target": target, "user": self.request.user, **lists}

    @classmethod
    def execute_action(cls, objects, target="", user=None, begun=None, refused=None, **kwargs):
        begun += moving.ask_moves(assets=objects, target=target, by=user, refused=refused)
        return len(begun), len(objects) - len(begun)

    def get_success_message(self, num_parent_objects, num_child_objects):
        if self.begun:
            self.next_url = reverse("media_library:batch", args=[self.begun[0].batch_id])
        words = ngettext(
            "%d video is on its way.", "%d videos are on their way.", num_parent_objects
        )
        stay = ngettext("%d stays where it is.", "%d stay where they are.", num_child_objects)
        parts = [words % num_parent_objects]
        if num_child_objects:
            parts += [stay % num_child_objects, *dict.fromkeys(map(str, self.refused[:TOLD]))]
        return " ".join(parts)


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
    return redirect("media_library:batch", move.batch_id)


def _sees(user, asset: Asset) -> bool:
    return policy.user_has_any_permission_for_instance(user, ("choose", "change"), asset)
