"""The part of Drive v3 that spreadsheets need: files, permissions, exports, and the v2 upload of a CSV."""
