"""Seasons of one installation: their folders, drafts of new ones, changes of what they declare, closing them."""
