"""What the product knows: no page type, no plugin, no public HTML."""
