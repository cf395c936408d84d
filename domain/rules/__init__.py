"""Event-processing rules: what they say, and whether they fire on records. No action is taken."""
