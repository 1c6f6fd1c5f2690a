"""Two terms beside each other: of two services, two countries, two languages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terms_tracker import archives
from terms_tracker.dates import version_at
from terms_tracker.models import Terms, TermsQuerySet, Version
from terms_tracker.sidebyside import Kind, SideBySide, side_by_side


@require_safe
def compare_two(request: HttpRequest) -> HttpResponse:
    """The terms chosen, as they read now or at a date, sentence by sentence."""
    readable = Terms.objects.visible_to(request.user).select_related("service__collection")
    asked = {name: request.GET.get(name, "") for name in ("left", "right", "at")}
    chosen = [_chosen(readable, asked[side]) for side in ("left", "right")]
    versions = [version_at(terms, asked["at"], is_end=True) if terms else None for terms in chosen]
    left, right = versions
    found = _compared(left, right) if left and right else None
    only = request.GET.get("only", "")
    context = {
        "asked": asked,
        "choices": readable.exclude(versions=None).order_by("type", "service__name", "pk"),
        "left": left,
        "right": right,
        "found": found,
        "rows": [row for row in found.rows if only in ("", row.kind)] if found else [],
        "only": only,
        "counts": [(kind.value, name, found.count(kind)) for kind, name in _names()] if found else [],
    }
    return render(request, "terms_tracker/compare_two.html", context)


def _chosen(readable: TermsQuerySet, key: str) -> Terms | None:
    return readable.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None


def _compared(left: Version, right: Version) -> SideBySide:
    return side_by_side(archives.text_of(left), archives.text_of(right))


def _names() -> list[tuple[Kind, str]]:
    return [
        (Kind.SAME, _("same in both")),
        (Kind.REWORDED, _("worded otherwise")),
        (Kind.LEFT, _("only on the left")),
        (Kind.RIGHT, _("only on the right")),
    ]
