"""Podcasts in the admin: their forms, their feeds' evidence, their import."""
