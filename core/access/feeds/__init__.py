"""Private addresses: what a member's podcast app or calendar fetches without signing in."""
