"""What the style page shows its components with; nothing of it is real."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator

from disinfo import worddiff
from disinfo.diffview import blocks_of
from disinfo.portal.models import Job
from disinfo.portal.tools import Activity, Card

_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
_PARAGRAPHS = "\n\n".join(f"Paragraph {number}, which stays as it is." for number in range(1, 9))
_OLD = f"""Terms of service
================

You may use the service from the age of 13.

{_PARAGRAPHS}

Your data
---------

We keep your messages for 30 days and never share them with advertisers.

We tell you of changes a month before.
"""
_NEW = (
    _OLD.replace("the age of 13", "the age of 16")
    .replace("30 days and never share them with advertisers", "24 months and may share them with partners")
    .replace(
        "We tell you of changes a month before.",
        "## Elections\n\nPolitical content may be shown to fewer people.",
    )
)


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="A short text", help_text="A sentence that helps.")
    address = forms.EmailField(label="An e-mail address")
    kind = forms.ChoiceField(
        label="A choice", choices=[("a", "The first"), ("b", "The second")], required=False
    )
    text = forms.CharField(label="A long text", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    day = forms.DateField(label="A day", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    several = forms.MultipleChoiceField(
        label="Several choices",
        choices=[("read", "Read"), ("write", "Write")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label="I have read this", help_text="A box that must be ticked.")


def everything() -> dict[str, Any]:
    """The context of the style page."""
    days = [{"label": f"{day} March", "value": (day * 37) % 90 + day * 3} for day in range(1, 29)]
    card = Card(
        "/terms/", "Chirper · Terms of Service", "change", _AT, "12 words added, 3 removed", tool="terms"
    )
    return {
        "form": SampleForm({"name": "", "address": "not an address", "several": ["read"]}),
        "days": days,
        "page_obj": Paginator(range(100), 10).page(2),
        "blocks": blocks_of(worddiff.diff(_OLD, _NEW)),
        "job": Job(
            pk=1, label="Reading an archive", state=Job.State.RUNNING, stage="versions", done=42, total=100
        ),
        "sample_card": card,
        "activity": [
            Activity("/terms/", "Chirper · Terms of Service", "change", _AT, "12 words added, 3 removed")
        ],
        "columns": ["Service", "Versions", "Last change"],
        "table": [["Chirper", 12, "1 March 2026"], ["Vidéotour", 7, "14 February 2026"]],
        "tabs": [
            {"url": "#tabs", "label": "First", "is_current": True},
            {"url": "#tabs", "label": "Second", "is_current": False},
        ],
        "trail": [{"url": "/", "label": "Home"}, {"url": "/terms/", "label": "Terms tracker"}],
        "colours": [
            "paper",
            "surface",
            "ink",
            "muted",
            "brand",
            "brand-soft",
            "danger",
            "ok",
            "warn",
            "ins",
            "del",
        ],
    }
