"""Files people bring and take away: .csv, .xlsx, .jsonl."""
