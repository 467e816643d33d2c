"""A time text cut into tokens, misspellings mended."""
