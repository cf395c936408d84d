"""Named sources outside the estate: what an operator's file says of them, and reading them."""
