"""A spreadsheet in memory: cells, ranges, formats, and what is typed into them."""
