"""The ledger: what is remembered of flaws, tickets, decisions and runs, and the journal of what was
sent.

It stores and answers by sets. It decides nothing, and calls no tracker.
"""
