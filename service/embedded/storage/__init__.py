"""What the embedded server keeps: files, tokens, changes, pushes; one SQLite file."""
