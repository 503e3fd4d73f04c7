"""Findings → aliases → flaws: which finding of this scan is which lasting problem. Pure, like
the layers below."""
