"""What this tool gives the portal. It is not open yet: the home page says so, and nothing leads to it."""

from django.utils.translation import gettext_lazy as _

from disinfo.portal.tools import Tool


class PoliticalAds(Tool):
    """See the ads, say what they are for, and which ones the platforms removed."""

    slug = "ads"
    name = _("Political ads")
    tagline = _("See the ads, say what they are for, and which ones the platforms removed.")
    audience = _("Any citizen")
    icon = "megaphone"
    is_open = False


tool = PoliticalAds()
