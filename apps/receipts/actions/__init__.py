"""Inner steps of money; the verbs of cases own the transaction and call each of these once."""
