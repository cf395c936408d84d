"""Golden runs: pinned ones, by which the engine of today and later runs are judged."""
