"""What is kept out of the record: secrets, removed before anything is written."""
