"""When an account is called dormant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DormantRule:
    """The rule of the original detector, its dates made relative to the collection.

    An account is dormant when it is public, was created at most `newest_days` before it was collected, has posted at
    most `most_posts` times and follows at least `least_ratio` times as many accounts as follow it.
    """

    most_posts: int = 15
    least_ratio: float = 3.0
    newest_days: float | None = 60
