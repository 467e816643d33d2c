"""A Google-Sheets-compatible server over SQLite. It knows nothing of campaigns; any gspread script can use it."""
