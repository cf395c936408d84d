"""Two runs side by side, call by call, and where they first part."""
