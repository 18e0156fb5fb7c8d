"""Objects in places."""
