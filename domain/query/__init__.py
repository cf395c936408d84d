"""What is asked, as a small typed query that does not depend on how it was worded."""
