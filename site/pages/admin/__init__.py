"""What an editor touches: choosers, the media library, the outline, the menu."""
