"""Views: what readers see of a run, each a pure fold over its events."""
