"""What the terms tracker gives the portal."""

from django.utils.translation import gettext_lazy as _

from disinfo.portal.tools import Tool


class TermsTracker(Tool):
    """Every change of the terms of online services."""

    slug = "terms"
    name = _("Terms tracker")
    tagline = _("Every change of the terms of online services, archived and readable as a diff.")
    audience = _("Regulators and journalists")
    icon = "file-diff"


tool = TermsTracker()
