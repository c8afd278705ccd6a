"""The words of the world, and its foreign language Velan."""
