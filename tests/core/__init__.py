"""Tests of what every verb rests on."""
