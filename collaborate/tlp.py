"""The Traffic Light Protocol 2.0 (FIRST, 2022): how far what is said may travel."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tlp(models.TextChoices):
    """A mark, from the freest to the strictest."""

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"
    STRICT = "amber+strict", "TLP:AMBER+STRICT"
    RED = "red", "TLP:RED"


MEANING = {
    Tlp.CLEAR: _("may be made public"),
    Tlp.GREEN: _("for the organisations of this portal"),
    Tlp.AMBER: _("for one's own organisation and its clients, who need to know"),
    Tlp.STRICT: _("for one's own organisation only"),
    Tlp.RED: _("for the people in this room only"),
}
WATCHED = (Tlp.AMBER, Tlp.STRICT, Tlp.RED)
"""Marks whose readers are written down, and whose text no mail and no webhook carries."""


def strictest(*marks: str) -> str:
    """The strictest of some marks; "" when none is set."""
    order = ["", *Tlp.values]
    return max(marks, key=order.index, default="")
