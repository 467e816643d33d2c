"""The one page of an installation that has no season yet."""
