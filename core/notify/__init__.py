"""What people are told: once each, by the ways they chose."""
