"""Proves that what is stored of an asset is there, whole, and can be played."""
