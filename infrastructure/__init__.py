"""What the service owns: database, event store, estate tables, dispatch, clock and ids."""
