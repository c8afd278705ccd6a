"""Chapter 6: runs and the law through them, valleys of one budget, rates by width."""
