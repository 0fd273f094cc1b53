"""Tests of people and their numbers."""
