"""The local tracker, a file: `tracker.py` is the Tracker protocol, the other modules its parts."""
