"""What every event-sourced thing shares: envelopes, event data, and their stored form."""
