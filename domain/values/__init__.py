"""What a value may be that comes from outside: one text policy, bounded JSON, and the numbers."""
