"""Grants, path tokens, and the one gate in front of every private byte."""
