"""What playback raises."""


class BadToken(Exception):
    """A playback token is forged, expired, or not the canonical spelling of one we made."""


class BadViewing(Exception):
    """What a browser told of a play cannot be read, or belongs to nothing any more."""


class TooManyViewings(Exception):
    """One member told of plays more often than any player does."""
