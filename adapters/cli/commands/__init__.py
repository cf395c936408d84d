"""The commands by noun: each parses its options, calls opstrail, and prints."""
