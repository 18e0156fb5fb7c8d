"""What core adds to manage.py."""
