"""What playback raises."""


class BadToken(Exception):
    """A playback token is forged, expired, or not the canonical spelling of one we made."""
