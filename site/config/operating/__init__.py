"""What an operator asks a running copy: is it alive, is it ready, how does it do."""
