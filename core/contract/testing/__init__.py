"""Contract suites a plugin author inherits."""
