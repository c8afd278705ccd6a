"""What a learner makes: rules as patterns, stopped where they would not end, and attacks, kept in a
file.

rules     patterns with a class each, their hits and errors; a grader made of them
matching  finding a pattern with a budget of steps
attempts  words of one's own in a disallowed request, and whether something was told
"""
