"""A chapter's source as a learner reads it, and what has to hold for every chapter."""
