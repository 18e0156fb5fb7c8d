"""Events in the admin: their times, and who comes."""
