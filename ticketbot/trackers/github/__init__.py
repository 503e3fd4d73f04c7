"""GitHub Issues: `tracker.py` is the Tracker protocol, the other modules its parts."""
