"""Moves an asset from one video provider to another while it plays."""
