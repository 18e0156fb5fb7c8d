"""The Celery app, its queues, its schedule and the job door."""
