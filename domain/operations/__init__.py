"""What can be asked of opstrail, declared once: every face binds to these operations."""
