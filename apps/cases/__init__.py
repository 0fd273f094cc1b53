"""The official file: status, routing, clock, ledger, and every verb that moves a case."""
