"""Starting, carrying out and showing bulk replays."""
