"""Telling people: a notice is a row before it is an e-mail."""
