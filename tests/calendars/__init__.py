"""Tests of the working calendar and its arithmetic; none needs a database."""
