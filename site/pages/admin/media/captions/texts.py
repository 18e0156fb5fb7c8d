"""What the editors' scripts say."""

from django.utils.translation import gettext as _


def editor_words() -> dict[str, str]:
    """Every sentence of the caption and chapter editors, by its name."""
    return {
        "cue": _("Caption %s"),
        "start": _("Start of caption %s"),
        "end": _("End of caption %s"),
        "text": _("Text of caption %s"),
        "play": _("Play from here"),
        "loop": _("Repeats itself"),
        "silence": _("Nobody seems to speak here"),
        "unsure": _("Some words are unsure"),
        "checked": _("It is right"),
        "kept": _("Draft kept at %s"),
        "keeping": _("Keeping…"),
        "saved": _("Saved as version %n at %s"),
        "saving": _("Saving…"),
        "offline": _("Not kept: no connection. Your text is still here."),
        "signedOut": _(
            "You have been signed out. Sign in in another tab, then save again:"
            " your text is still here."
        ),
        "unreadable": _("Not kept: the server could not answer. Your text is still here."),
        "unsaved": _("Changes that are not kept yet"),
        "matches": _("%n of %s"),
        "nothing": _("Nothing found"),
        "doubts": _("%n to check"),
        "no_doubts": _("Nothing to check"),
        "badTime": _("Write a time as 1:02.500"),
        "order": _("Ends before it begins"),
        "title": _("Title of the chapter at %s"),
        "at": _("Start of the chapter"),
        "remove": _("Remove"),
        "accept": _("Take it"),
        "untitled": _("New chapter"),
        "noProposals": _("No change of subject was found. Add chapters by hand."),
        "chaptersSaved": _("Chapters saved at %s"),
    }
