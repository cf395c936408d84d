"""Runs that stopped go on: where, and with which recorded results."""
