"""Which runs are meant: `status = failed AND tool = metric AND started > -24h`."""
