"""What ticketbot tells machines about its own work: audit events in OCSF, and logs.

The shapes are pure; the sinks write, and never stop a run where they cannot. Nothing is sent anywhere
that the configuration does not name.
"""
