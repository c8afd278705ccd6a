"""The kinds of document on the miniature web, a function each."""
