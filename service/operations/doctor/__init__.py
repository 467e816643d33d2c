"""What is configured, what is reachable, what is wrong and how to mend it: one module a subject, `examination` all."""
