"""Pages: oversight."""
