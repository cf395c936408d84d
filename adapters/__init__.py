"""Translators to worlds that opstrail does not own: people, programs, data sources, files."""
