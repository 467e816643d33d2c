"""One file that holds a campaign's facts, its embedded spreadsheets and its declaration; taken and restored."""
