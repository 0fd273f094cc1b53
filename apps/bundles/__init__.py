"""Many receipts in one file: asked for by a person, made by workers part by part, kept some days, then cleared away."""
