"""What the parts of a time text mean together: clauses, weekdays, one period."""
