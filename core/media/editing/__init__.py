"""Which parts of a file play: cut and replace what is behind a lesson, and go back."""
