"""Objects in places: storing, reading, and letting go of bytes."""
