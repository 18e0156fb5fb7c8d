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
    }


def chapter_words() -> dict[str, object]:
    """Every sentence of the chapter editor: %n is its number, %t its title, %s its start."""
    return {
        "handleName": _("Start of chapter %n"),
        "handle": _("Chapter %n, %t, at %s"),
        "chapterStart": _("Start of chapter %n"),
        "chapterTitle": _("Title of chapter %n"),
        "chapterPlay": _("Go to %s, %t"),
        "chapterRemove": _("Remove chapter %n, %t"),
        "nameless": _("No title yet"),
        "untitled": _("New chapter"),
        "offer": _("Take “%t” at %s"),
        "proposed": _("Proposed: %n"),
        "noProposals": _("No change of subject was found. Add chapters by hand."),
        "lead": _("The first chapter begins at %s: players show no title before it."),
        "unsaved": _("Not saved yet"),
        "saving": _("Saving…"),
        "chaptersSaved": _("Saved at %s"),
        "offline": _("Not saved: no connection. Your chapters are still here."),
        "signedOut": _(
            "You have been signed out. Sign in in another tab, then save again:"
            " your chapters are still here."
        ),
        "unreadable": _("Not saved: the server could not answer. Your chapters are still here."),
        "problems": {
            "time": _("Chapter %n needs a start, as 1:02 or 1:02.500."),
            "late": _("Chapter %n, %t, begins after the end."),
            "same": _("Chapter %n, %t, begins where another one does."),
            "nameless": _("Chapter %n needs a title."),
            "most": _("These are more than 200 chapters."),
        },
    }
