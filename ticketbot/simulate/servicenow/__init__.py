"""A stand-in for ServiceNow: `service.py` answers, the other modules are its parts."""
