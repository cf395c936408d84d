"""Views that follow the log on their own: how they are kept, checked, and built anew."""
