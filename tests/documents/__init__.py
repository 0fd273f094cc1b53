"""Checks of apps/documents."""
