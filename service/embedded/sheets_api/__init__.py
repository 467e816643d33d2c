"""The methods of the Sheets API, and the kinds of batchUpdate."""
