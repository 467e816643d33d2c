"""The campaign's spreadsheets: their files, their tabs, how they differ from what was set up."""
