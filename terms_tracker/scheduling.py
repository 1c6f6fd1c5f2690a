"""When to look again: often at what changes often, seldom at what does not."""

import zlib

# A change makes the next looks four times as frequent; each look without one, a little less frequent.
_AFTER_CHANGE, _AFTER_NO_CHANGE = 0.25, 1.3
_FIRST_RETRY_SECONDS = 300
_SPREAD = 0.1
_LONGEST_PAUSE_SECONDS = 86_400.0


def next_interval(interval: float, *, has_changed: bool, floor: float, ceiling: float) -> float:
    """The interval to the next look, in seconds, within floor and ceiling."""
    factor = _AFTER_CHANGE if has_changed else _AFTER_NO_CHANGE
    return min(max(interval * factor, floor), ceiling)


def retry_interval(
    failures: int, *, is_transient: bool, retry_after: float | None, floor: float, ceiling: float
) -> float:
    """How long to wait after the n-th failure in a row, in seconds.

    What may pass is tried again after five minutes, then ten, and so on up to the ceiling; what is wrong for good (a
    page that is gone) at the ceiling. A server's own Retry-After is not undercut (RFC 9110 §10.2.3), up to a day: no
    platform may ask not to be read for a year.
    """
    # Past 2^16 the ceiling holds anyway, and the power would grow without end.
    doubling = _FIRST_RETRY_SECONDS * 2.0 ** min(max(failures - 1, 0), 16)
    wait = min(max(doubling, floor), ceiling) if is_transient else ceiling
    return max(wait, min(retry_after or 0.0, _LONGEST_PAUSE_SECONDS))


def spread(seconds: float, key: int) -> float:
    """The same wait, up to a tenth longer or shorter by key, so that what began together does not stay together."""
    place = zlib.crc32(str(key).encode()) / 0xFFFFFFFF
    return seconds * (1 - _SPREAD + 2 * _SPREAD * place)
