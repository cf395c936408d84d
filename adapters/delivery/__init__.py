"""Formats in which events are told to servers outside."""
