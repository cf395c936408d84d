"""What can be asked of opstrail: requests, reads, replays, recovery, golden runs."""
