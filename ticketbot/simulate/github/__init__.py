"""A stand-in for GitHub: `service.py` answers, the other modules are its parts."""
