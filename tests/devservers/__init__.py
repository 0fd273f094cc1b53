"""Tests of the servers that come with a command; each plays in a clone of its own."""
