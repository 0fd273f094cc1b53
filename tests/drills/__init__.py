"""Drills: what happens when several act at once, or when a process or a server dies in the middle."""
