"""Papers made of the record: gathered as of an instant, filled into a template, handed out as a file."""
