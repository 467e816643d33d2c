"""What the board reads before it writes: activities by content, group and week, figures, promised beside done.

pandas and rapidfuzz are loaded here alone. Import it where an analysis is wanted, not at the top.
"""
