"""Questions and labelled examples about what the web says."""
