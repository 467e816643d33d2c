"""The addresses of the Sheets and Drive APIs, as gspread has them: known without loading it."""

from __future__ import annotations

GOOGLE_SHEETS = "https://sheets.googleapis.com"
GOOGLE_DRIVE = "https://www.googleapis.com"
SPREADSHEET_URL = f"{GOOGLE_SHEETS}/v4/spreadsheets/%s"
SPREADSHEET_BATCH_UPDATE_URL = f"{SPREADSHEET_URL}:batchUpdate"
DRIVE_FILES_URL = f"{GOOGLE_DRIVE}/drive/v3/files"
DRIVE_ABOUT_URL = f"{GOOGLE_DRIVE}/drive/v3/about"
DRIVE_CHANGES_URL = f"{GOOGLE_DRIVE}/drive/v3/changes"
DRIVE_CHANNELS_STOP_URL = f"{GOOGLE_DRIVE}/drive/v3/channels/stop"
