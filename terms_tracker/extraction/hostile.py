"""Refuse, before parsing, a page made to hold the machine up."""


def refuse_costly(html: str) -> None:
    """Placeholder."""
    del html
