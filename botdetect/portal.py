"""What this tool gives the portal. It is not open yet: the home page says so, and nothing leads to it."""

from django.utils.translation import gettext_lazy as _

from disinfo.portal.tools import Tool


class Botdetect(Tool):
    """Which accounts behave as one, and why we think so."""

    slug = "bots"
    name = _("Bot clusters")
    tagline = _("Which accounts behave as one, and why we think so.")
    audience = _("Analysts and the public")
    icon = "share-2"
    is_open = False


tool = Botdetect()
