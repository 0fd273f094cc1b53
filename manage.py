#!/usr/bin/env python
"""Runs Django's management commands with the settings named by DJANGO_SETTINGS_MODULE (default: development)."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
