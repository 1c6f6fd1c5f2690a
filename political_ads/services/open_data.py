def write() -> None:
    """TODO."""
