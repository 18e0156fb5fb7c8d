"""What each page shows: one module per page type, `context(request, page)`, found by its name."""
