"""Page types, blocks and member screens."""
