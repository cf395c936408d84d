"""The command line: parses arguments, calls the service, shows what came of it."""
