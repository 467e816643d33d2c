"""The service: provision tabs, consolidate them, report status."""
