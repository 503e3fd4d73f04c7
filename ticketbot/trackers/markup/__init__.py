"""Bodies in each tracker's own markup, and what people wrote below them."""
