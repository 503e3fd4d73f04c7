"""The ledger's schema, revision by revision. A released revision is never edited."""
