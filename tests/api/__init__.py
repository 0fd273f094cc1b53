"""The API over HTTP: what it answers, what it refuses, what it costs."""
