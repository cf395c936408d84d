"""What tools may do: their policies, as data."""
