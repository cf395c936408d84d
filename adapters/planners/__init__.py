"""Driven adapters that turn questions into plans."""
