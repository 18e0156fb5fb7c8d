"""Podcasts beyond their pages: feeds, subscribing, drip, importing."""
