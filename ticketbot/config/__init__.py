"""ticketbot.yaml → checked models → the values planning wants. Secrets only by reference.

Finds and parses the files people write (configuration, mappings, templates) and hands them on as
values; decides nothing.
"""
