"""How much a collection may cost, in money, reads and time: asked before each call, a hard stop when it is spent."""

import time
from dataclasses import dataclass, field
from decimal import Decimal


class BudgetSpentError(Exception):
    """The next call would go beyond the budget; the message says which part of it."""


@dataclass
class Budget:
    """A guard that counts. A limit of None is none; `is_stopped`, set from anywhere, ends it at the next call.

    reads: posts, accounts or events taken; money: in the currency of `price`, the price of one read.
    """

    most_reads: int | None = None
    most_money: Decimal | None = None
    most_seconds: float | None = None
    price: Decimal = Decimal(0)
    reads: int = 0
    is_stopped: bool = False
    _since: float = field(default_factory=time.monotonic)

    @property
    def money(self) -> Decimal:
        """What has been spent."""
        return self.price * self.reads

    @property
    def seconds_left(self) -> float | None:
        """How long it may go on; None for ever."""
        if self.most_seconds is None:
            return None
        return max(0.0, self.most_seconds - (time.monotonic() - self._since))

    @property
    def is_spent(self) -> bool:
        """Whether it is stopped or its time is over."""
        return self.is_stopped or self.seconds_left == 0

    def ask(self, reads: int) -> None:
        """Whether so many more reads may be made; raises BudgetSpentError otherwise, before a call is made."""
        if self.is_stopped:
            raise BudgetSpentError("stopped")
        if self.most_reads is not None and self.reads + reads > self.most_reads:
            raise BudgetSpentError(f"{self.most_reads} reads")
        if self.most_money is not None and self.price * (self.reads + reads) > self.most_money:
            raise BudgetSpentError(f"{self.most_money} of money")
        if self.seconds_left == 0:
            raise BudgetSpentError(f"{self.most_seconds:g} seconds")

    def spend(self, reads: int) -> None:
        """Count reads that were made."""
        self.reads += reads
