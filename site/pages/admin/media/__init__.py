"""The media library, its chooser, and the live state of what is being prepared."""
