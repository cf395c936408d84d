"""The payloads that the log names: these are verified, and the others swept."""
