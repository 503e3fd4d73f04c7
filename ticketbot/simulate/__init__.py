"""Stand-ins for the three trackers, faults included: real servers on loopback, and for tests in-process.

Knows nothing of ticketbot's own adapters: between them there is HTTP alone.
"""
