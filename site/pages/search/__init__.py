"""What a member finds: pages, by words, by prefixes, and by words that are nearly right."""
