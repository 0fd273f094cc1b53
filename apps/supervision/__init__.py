"""Queues as seen from above: the districts' lists and figures."""
