"""Erasure: planned, entered in the ledger, done, looked for again."""
