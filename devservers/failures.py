"""The one kind of error that is shown as a sentence instead of a traceback."""


class DevserversError(Exception):
    """Something the person at the keyboard can act on; its text is the whole message."""
