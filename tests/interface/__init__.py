"""Tests of what pages and API share."""
