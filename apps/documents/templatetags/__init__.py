"""Template tags and filters that only the papers use."""
