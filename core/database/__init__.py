"""How the rooms ask Postgres where asking must cost little."""
