"""New runs from the record of an old one, and previews of what any replay would call."""
