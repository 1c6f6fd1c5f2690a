"""Why something is not done, in words for who asked."""


class RefusedError(ValueError):
    """What was asked cannot be done; the message says what to do instead, in the reader's language."""
