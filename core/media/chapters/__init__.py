"""The parts of an asset: a title and where it begins."""
