"""What a page's plain forms carry, before JavaScript arrives or without it."""

from django import forms

from .services import MAX_NOTE


class NoteForm(forms.Form):
    """A note as typed, and the version it was typed on."""

    text = forms.CharField(required=False, max_length=MAX_NOTE, strip=False)
    base_version = forms.IntegerField(min_value=0, required=False)


class BookmarkForm(forms.Form):
    """A page, or a second of its video."""

    second = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    label = forms.CharField(max_length=200, required=False)
