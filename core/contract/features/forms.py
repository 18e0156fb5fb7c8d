"""A plugin's settings as a form, made from the schema in its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from wagtail.admin.widgets import SwitchInput

from core.contract.manifest import Manifest, Setting

if TYPE_CHECKING:
    from collections.abc import Collection

FORGET = "forget__"  # before the name of a secret: the box that removes it


class SettingsForm(forms.Form):
    """Every setting of one plugin; a secret is never shown, and stays when left empty."""

    def __init__(
        self,
        *args: Any,
        manifest: Manifest,
        values: Mapping[str, Any],
        kept: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.manifest = manifest
        for setting in manifest.settings:
            if setting.kind == "secret":
                self._add_secret(setting, is_kept=setting.name in kept)
            else:
                self.fields[setting.name] = _field(setting, values.get(setting.name))

    def values(self) -> dict[str, Any]:
        """Return what was typed, without the boxes that remove secrets."""
        return {
            name: value for name, value in self.cleaned_data.items() if not name.startswith(FORGET)
        }

    def forgotten(self) -> list[str]:
        """Return the secrets to remove."""
        return [
            name.removeprefix(FORGET)
            for name, value in self.cleaned_data.items()
            if name.startswith(FORGET) and value
        ]

    def _add_secret(self, setting: Setting, *, is_kept: bool) -> None:
        self.fields[setting.name] = _secret(setting, is_kept=is_kept)
        if is_kept:
            self.fields[FORGET + setting.name] = forms.BooleanField(
                label=_("Remove %(label)s") % {"label": setting.label}, required=False
            )


def _secret(setting: Setting, *, is_kept: bool) -> forms.Field:
    widget = forms.PasswordInput(
        attrs={
            "autocomplete": "off",
            "spellcheck": "false",
            "placeholder": _("Kept; type to replace it") if is_kept else "",
        },
        render_value=True,  # what was just typed and not saved is not lost
    )
    return forms.CharField(
        label=setting.label,
        help_text=setting.help,
        required=setting.required and not is_kept,
        widget=widget,
        strip=True,
    )


def _field(setting: Setting, value: Any) -> forms.Field:
    shared: dict[str, Any] = {
        "label": setting.label,
        "help_text": setting.help,
        "required": setting.required,
        "initial": setting.default if value is None else value,
    }
    match setting.kind:
        case "integer":
            return forms.IntegerField(**shared)
        case "boolean":
            return forms.BooleanField(**{**shared, "required": False}, widget=SwitchInput)
        case "choice":
            return forms.ChoiceField(**shared, choices=list(setting.choices))
        case "url":
            return forms.URLField(**shared, assume_scheme="https")
        case _:
            return forms.CharField(**shared)
