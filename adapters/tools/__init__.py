"""The tools that opstrail brings: they read the estate through its port, and answer in JSON."""
