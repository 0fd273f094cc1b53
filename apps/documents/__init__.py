"""Papers: a frozen snapshot becomes a stored, hashed PDF with a check code."""
