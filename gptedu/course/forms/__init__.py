"""Forms of the course: a guess before a result, and a quiz."""
