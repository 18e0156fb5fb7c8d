"""The figures: what a page, a heartbeat, an upload, a film and a start cost."""
