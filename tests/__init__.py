"""Checks of the program; they mirror the apps, and are named for legal acts."""
