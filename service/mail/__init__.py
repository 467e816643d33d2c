"""Mail: planned from the facts, kept in a ledger, sent once; the only folder that speaks SMTP and IMAP."""
