"""The estate: configuration items, their relations, what is measured and recorded about them."""
