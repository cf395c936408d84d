"""Questions made by a grammar of their own, with what is true of them by plain SQL."""
