"""An ad given to somebody to classify, as a token that needs no row: which creative, to which session, when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils import timezone

VALID_FOR = timedelta(hours=1)
_SALT = "political_ads.assignment"


class AssignmentError(ValueError):
    """A token that is not ours, or too old: `is_expired` tells which."""

    def __init__(self, *, is_expired: bool) -> None:
        super().__init__("expired" if is_expired else "not an assignment of this portal")
        self.is_expired = is_expired


@dataclass(frozen=True)
class Assignment:
    """What a token says."""

    creative: int
    voter: UUID
    issued: datetime

    @classmethod
    def of(cls, token: str) -> "Assignment":
        """Read a token; raises AssignmentError."""
        try:
            creative, voter, issued = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
            return cls(creative, UUID(voter), datetime.fromtimestamp(issued / 1000, tz=UTC))
        except signing.SignatureExpired as error:
            raise AssignmentError(is_expired=True) from error
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise AssignmentError(is_expired=False) from error

    @classmethod
    def now(cls, creative: int, voter: UUID) -> "Assignment":
        """Made at this moment."""
        return cls(creative, voter, timezone.now())

    @property
    def token(self) -> str:
        """What the browser hands back with the answer."""
        issued = int(self.issued.timestamp() * 1000)
        return signing.dumps([self.creative, self.voter.hex, issued], salt=_SALT)

    @property
    def expires(self) -> datetime:
        """When it is too late to answer."""
        return self.issued + VALID_FOR

    def milliseconds_since(self) -> int:
        """How long the person has had the ad, measured here and not by their browser."""
        return max(0, int((timezone.now() - self.issued).total_seconds() * 1000))
