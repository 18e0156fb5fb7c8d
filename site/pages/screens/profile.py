"""A member's name, time zone, language and theme."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import check_for_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..shell import THEMES

YEAR = 365 * 24 * 3600
ZONES = [("UTC", "UTC")] + [
    (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone
]
LOOKS = [
    ("", gettext_lazy("As the system")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
]


class ProfileForm(forms.ModelForm):
    """What a member says about themselves."""

    field_order = ("name", "timezone", "follows_device", "language", "theme")
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"), choices=LOOKS, required=False, widget=forms.RadioSelect
    )

    class Meta:
        model = get_user_model()
        fields = ("name", "timezone", "follows_device", "language")
        labels = {
            "name": gettext_lazy("Name"),
            "timezone": gettext_lazy("Time zone"),
            "follows_device": gettext_lazy("Follow the clock of my device"),
            "language": gettext_lazy("Language"),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "timezone": forms.Select(choices=ZONES),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(code, name) for code, name in settings.LANGUAGES if _is_spoken(code)]
        self.fields["language"].widget = forms.Select(choices=spoken)
        if len(spoken) < 2:
            del self.fields["language"]

    def clean(self) -> dict[str, Any]:
        """Whoever chooses another zone by hand wants it kept."""
        cleaned = super().clean()
        if "timezone" in self.changed_data:
            cleaned["follows_device"] = False
        return cleaned

    def clean_timezone(self) -> str:
        chosen = self.cleaned_data["timezone"]
        if chosen not in dict(ZONES):
            raise forms.ValidationError(_("Choose a time zone from the list."))
        return chosen


def _is_spoken(code: str) -> bool:
    has_words = any((folder / code / "LC_MESSAGES").is_dir() for folder in settings.LOCALE_PATHS)
    return code == settings.LANGUAGE_CODE or (has_words and check_for_language(code))


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep a member's preferences."""
    first = {"theme": request.COOKIES.get("theme", "")}
    form = ProfileForm(request.POST or None, instance=request.user, initial=first)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return _with_theme(redirect("profile"), form.cleaned_data["theme"])
    status = 422 if form.is_bound else 200
    response = render(request, "account/profile.html", {"form": form}, status=status)
    add_never_cache_headers(response)
    return response


@login_required
@require_POST
def device_zone(request: HttpRequest) -> HttpResponse:
    """Keep the time zone that a member's device tells, unless they chose one themselves."""
    zone = request.POST.get("zone", "")
    if zone not in dict(ZONES):
        return HttpResponse(status=422)
    if request.user.follows_device and request.user.timezone != zone:
        request.user.timezone = zone
        request.user.save(update_fields=["timezone"])
    return HttpResponse(status=204)


def _with_theme(response: HttpResponse, theme: str) -> HttpResponse:
    """Keep the choice in this browser: a theme belongs to a screen, not to a person."""
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
