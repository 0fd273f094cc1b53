"""What every app stands on and knows no business word: refusals, locks, request keys, the outbox."""
