"""Responses: typed blocks, references, next actions, and how results of tools become them."""
