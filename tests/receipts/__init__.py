"""Checks of apps/receipts."""
