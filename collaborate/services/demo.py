"""Demo data."""
from collections.abc import Callable, Mapping
from disinfo.accounts.models import User
def load(*, people: Mapping[str, User], say: Callable[[str], object]) -> None: ...
