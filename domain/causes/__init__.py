"""What changed, and why something is not as it was: by rules over what an estate has."""
