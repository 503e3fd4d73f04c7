"""JIRA, Cloud and Data Center: `tracker.py` is the Tracker protocol, the other modules its parts."""
