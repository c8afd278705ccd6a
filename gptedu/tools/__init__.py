"""What keeps the course in order: build, report, doctor and benchmark. No notebook needs them."""
