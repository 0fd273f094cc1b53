"""Verbs, clock, routing, ledger."""
