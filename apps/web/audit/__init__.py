"""Pages: the books, for auditors and accountants."""
