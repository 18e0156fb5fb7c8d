"""What a member watched, completed, wrote and marked."""
