"""The operator log: who asked opstrail for what, and whether they might."""
