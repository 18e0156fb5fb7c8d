"""Middleware of the whole house, in the order of `settings.MIDDLEWARE`."""
