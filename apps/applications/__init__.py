"""What was asked, as filed: declared answers, attached files, revisions that are never edited."""
