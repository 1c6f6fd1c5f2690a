"""Tags of pages about incidents."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _

from collaborate.models import Incident, Room

register = template.Library()


@register.inclusion_tag("collaborate/incident_panel.html")
def incident_panel(room: Room) -> dict[str, Any]:
    """How the incident of a room stands, above what is said there; nothing in an ordinary room."""
    found = Incident.objects.filter(room=room).select_related("owner", "room").first()
    if found is None:
        return {"incident": None}
    return {
        "incident": found,
        "open_steps": found.steps.filter(done_at=None).count(),
        "running": found.takedowns.running().select_related("address__link").order_by("sent_at", "pk"),
    }


@register.filter
def duration(value: timedelta | None) -> str:
    """A length of time in the two largest of days, hours, minutes: "2 h 05 min"; a dash for none."""
    if value is None:
        return "–"
    minutes = int(value.total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d min") % {"minutes": minutes}


@register.filter
def minutes(value: float | None) -> str:
    """Minutes as a length of time."""
    return duration(None if value is None else timedelta(minutes=value))
