"""Bundled plugins: each a file or a folder, blind to each other."""
