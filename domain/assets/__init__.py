"""Assets: what runs are made with, published in versions and recorded with each run."""
