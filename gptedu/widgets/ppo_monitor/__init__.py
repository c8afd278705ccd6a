"""PPOMonitor: a policy that trains while one watches, pauses it and changes beta."""
