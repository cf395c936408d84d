"""Live streams (server-sent events): of a run, of the log, of what changes."""
