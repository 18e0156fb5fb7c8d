"""What the house spends on outside services, and for whom."""
