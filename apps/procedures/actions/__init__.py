"""What administrators do with the catalogue: one verb, one function."""
