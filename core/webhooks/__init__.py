"""Webhooks: events that come in, verified, kept once, and handled from the row."""
