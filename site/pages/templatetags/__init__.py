"""Template tags of the member screens."""
