"""A unit's own page: its tab as a grid in the browser, written with the unit's identity."""
