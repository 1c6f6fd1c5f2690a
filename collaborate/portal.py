"""What this tool gives the portal. It is not open yet: the home page says so, and nothing leads to it."""

from django.utils.translation import gettext_lazy as _

from disinfo.portal.tools import Tool


class Collaborate(Tool):
    """Vetted organisations detect, qualify and respond to an attack together."""

    slug = "collaborate"
    name = _("Collaboration")
    tagline = _("Vetted organisations detect, qualify and respond to an attack together.")
    audience = _("Vetted organisations")
    icon = "messages-square"
    is_open = False


tool = Collaborate()
