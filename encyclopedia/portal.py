"""What this tool gives the portal. It is not open yet: the home page says so, and nothing leads to it."""

from django.utils.translation import gettext_lazy as _

from disinfo.portal.tools import Tool


class Encyclopedia(Tool):
    """What is known about information manipulation: practices, tools, actors, cases."""

    slug = "encyclopedia"
    name = _("Encyclopedia")
    tagline = _("What is known about information manipulation: practices, tools, actors, cases.")
    audience = _("Analysts and the public")
    icon = "book-open"


tool = Encyclopedia()
