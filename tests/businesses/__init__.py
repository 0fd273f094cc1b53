"""Tests of organisations and their numbers."""
