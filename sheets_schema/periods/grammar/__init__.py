"""Rules that read moments and ranges from tokens."""
