"""Admin → Features: what is installed, how it fares, where it is on, how it is set."""
