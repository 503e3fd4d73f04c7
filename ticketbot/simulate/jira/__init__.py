"""A stand-in for JIRA: `service.py` answers, the other modules are its parts."""
