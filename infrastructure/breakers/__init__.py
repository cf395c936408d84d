"""Circuit breakers that the processes of one database share."""
