"""The demo estate: made from a seed, with planted incidents, so that answers can be checked."""
