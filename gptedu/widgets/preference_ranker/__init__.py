"""PreferenceRanker: a person ranks answers, and a reward model learns from it meanwhile."""
