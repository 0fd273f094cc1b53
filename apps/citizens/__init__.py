"""The people who ask: identity, contact and residence."""
