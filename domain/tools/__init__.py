"""Tools: what they are, how they are chosen, run one by one and run together."""
