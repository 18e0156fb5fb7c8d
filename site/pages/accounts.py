"""Joining: the name a member goes by, and the announcement that somebody came."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import AddEmailForm, ChangePasswordForm, LoginForm, SignupForm
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.access.feeds.clients import address_of
from core.contract import tell

from .shell import site_of


class SignInForm(LoginForm):
    """Labels say what a field holds; nothing is said twice by a placeholder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["login"].label = _("E-mail")
        self.fields["password"].help_text = ""  # the way to a new one stands below the button


class JoinForm(SignupForm):
    """Name, address, password: nothing more than the site needs to greet and to remember."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs.pop("autofocus", None)
        self.fields["password1"].help_text = _("Eight characters or more; not one that many use.")


class NewPasswordForm(ChangePasswordForm):
    """The old password, and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["oldpassword"].label = _("Your password now")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("The new password")
        self.fields["password1"].help_text = _("Eight characters or more; not one that many use.")
        self.fields["password2"].label = _("The new password once more")


class AddressForm(AddEmailForm):
    """One more address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["email"].label = _("E-mail")


class Accounts(DefaultAccountAdapter):
    """allauth's way of making members, ours of announcing them and of telling where they are."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Tell by ``TRUSTED_PROXIES`` whose tries are counted, as everywhere in the house."""
        return address_of(request) or super().get_client_ip(request)

    @transaction.atomic
    def save_user(
        self,
        request: HttpRequest,
        user: Any,
        form: Any,
        commit: bool = True,
    ) -> Any:
        user.name = form.cleaned_data.get("name", "")
        user = super().save_user(request, user, form, commit=commit)
        site = site_of(request)
        if commit and site is not None:
            tell("member_joined", member_id=user.pk, site_id=site.pk)
        return user


def _without_placeholders(form: forms.Form) -> None:
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
