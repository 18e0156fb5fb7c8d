"""What playback raises."""


class BadToken(Exception):  # noqa: N818 - the field's word
    """A playback token is forged, expired, or not the canonical spelling of one we made."""
