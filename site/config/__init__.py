"""Settings, URLs and processes: the one place that assembles."""
