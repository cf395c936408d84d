"""The HTTP face: `opstrail serve`, and the routes that ask for operations."""
