"""Files that units send, taken into their tabs in two steps: what would come of one, and taking it."""
