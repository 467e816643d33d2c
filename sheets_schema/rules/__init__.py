"""The rules for entries: cells, rows, the block beside the table, the whole form."""
