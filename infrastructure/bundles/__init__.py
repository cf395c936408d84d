"""What bundles need of the database: the proof of runs that go out, and an import in one piece."""
