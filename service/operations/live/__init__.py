"""What cannot be proved without an account, tried on one: a table of assumptions, each a small function."""
