"""Pages, rendered on the server, for citizens, clerks and supervisors."""
