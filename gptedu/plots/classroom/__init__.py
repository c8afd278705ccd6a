"""What a whole class did, drawn for who teaches it."""
