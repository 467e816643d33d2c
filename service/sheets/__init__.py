"""Spreadsheets through gspread and nothing else: connection, the few verbs, requests for tabs and master."""
