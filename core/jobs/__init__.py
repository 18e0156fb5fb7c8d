"""Durable work: a row is the truth, Celery is the doorbell."""
