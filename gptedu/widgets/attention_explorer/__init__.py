"""AttentionExplorer: where every head looks, and what the model says without it."""
