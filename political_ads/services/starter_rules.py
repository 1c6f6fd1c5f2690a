"""The rules a portal starts with.

Summaries are ours and short; the reference leads to the text, which alone counts. What a lawyer must settle (how many
months, how many days) is a parameter that an administrator sets.
"""

import json
from pathlib import Path
from typing import Any

from political_ads import law
from political_ads.models import Rule

_FILE = Path(law.__file__).with_name("starter_rules.json")


def add_missing() -> int:
    """Add the rules that are not there; what an administrator changed stays. Gives how many were added."""
    rules: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return sum(Rule.objects.get_or_create(code=code, defaults=values)[1] for code, values in rules.items())
