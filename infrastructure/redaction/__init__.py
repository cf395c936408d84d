"""Which patterns there are and where secrets come from: files and the environment."""
