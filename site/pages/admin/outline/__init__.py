"""A whole program as one tree that can be put in order."""
