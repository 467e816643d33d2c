"""Which mail is due to which unit, and what it is known by; pure."""
