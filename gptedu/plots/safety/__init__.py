"""Chapter 8's figures: where policies stand, and what judges say of their replies."""
