"""Who may see what, when, and why not."""
