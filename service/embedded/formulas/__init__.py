"""Formulas: read, computed when a cell is read, and moved along when rows and columns move."""
