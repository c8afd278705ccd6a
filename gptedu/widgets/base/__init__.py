"""What every widget shares: its picture, its live view, its errors, its style."""
