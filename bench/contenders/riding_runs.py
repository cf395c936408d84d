"""Runs on opstrail whose requests become durable together with their first calls."""

from bench.contenders.opstrail_runs import main

if __name__ == "__main__":
    main(request_rides=True)
