"""Captions, transcripts and chapters of an asset, as editors work on them."""
