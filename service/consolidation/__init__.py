"""One consolidation: read the tabs, record what changed, write feedback, bring the master up to date."""
