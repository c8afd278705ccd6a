"""Figures with pictures in them: sheets, tables of similarities, the row that a model reads."""
