"""Diamond Plus, the demo site: its words, its films, and the tree they stand in."""
