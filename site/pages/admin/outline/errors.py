"""What can go wrong while a program is put in order, worded for the editor."""


class OutlineError(Exception):
    """The root; ``status`` is what a browser is answered with."""

    status = 422


class Refused(OutlineError):
    """The editor may not do this here."""

    status = 403


class Moved(OutlineError):
    """Somebody else changed the program meanwhile; the fresh tree comes along."""

    status = 409
