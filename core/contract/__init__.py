"""The contract between the house and its plugins."""
