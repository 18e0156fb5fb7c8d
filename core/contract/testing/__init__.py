"""Contract suites: inherit the one for your kind of provider, point it at yours, run pytest."""
