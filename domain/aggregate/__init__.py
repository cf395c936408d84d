"""What every event-sourced thing is made of: envelopes, events, a lifecycle, one declaration."""
