"""What makes the record trustworthy: the hash chain and its verification."""
