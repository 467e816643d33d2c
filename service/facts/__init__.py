"""The append-only log of facts and the work state, in SQLite or PostgreSQL."""
