"""PostgreSQL and Valkey from wheels, for machines that have nothing but Python."""
