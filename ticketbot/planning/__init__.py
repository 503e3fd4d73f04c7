"""Flaws → plan. Pure: the same arguments give the same plan, byte for byte but for `made_at`."""
