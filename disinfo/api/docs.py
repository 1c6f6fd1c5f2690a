"""The page that lets a person read and try the API."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import TemplateHTMLRenderer


@method_decorator(csp_replace({"style-src": [SELF, UNSAFE_INLINE], "default-src": [NONE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files. It sets inline styles, allowed on this page only; never inline scripts."""

    url_name = "api_schema"
    url_self = None
    renderer_classes = [TemplateHTMLRenderer]
    template_name = "portal/api_docs.html"
