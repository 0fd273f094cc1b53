"""The program: one folder a concern; who may import whom stands in pyproject.toml."""
