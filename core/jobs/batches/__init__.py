"""Much that was asked for in one go: what it consists of, how far it is, how long it takes."""
