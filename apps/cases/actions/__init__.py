"""The verbs of a case, by phase of its life. Each locks, refuses, changes and records, in this order."""
