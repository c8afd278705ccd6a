"""Requests with a text, as people submit them, and what is true in one text."""
