"""The rules of a season: deadlines, standings, decisions, plans. Pure: no I/O, no clock."""
