"""`make run`: starts everything the site needs, keeps it running, and stops all of it."""
