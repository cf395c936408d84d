"""Where an estate's records come from: the demo estate, this machine, files."""
