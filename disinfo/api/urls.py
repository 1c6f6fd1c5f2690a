from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from disinfo.api import docs
from disinfo.portal import api

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api_docs"), name="api"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", docs.DocsView.as_view(), name="api_docs"),
    path("tools/", api.ToolsView.as_view(), name="api_tools"),
    path("stats/", api.StatsView.as_view(), name="api_stats"),
    path("search/", api.SearchView.as_view(), name="api_search"),
    path("activity/", api.ActivityView.as_view(), name="api_activity"),
    path("me/", api.MeView.as_view(), name="api_me"),
    path("jobs/<int:pk>/", api.JobView.as_view(), name="api_job"),
    path("encyclopedia/", include("encyclopedia.api_urls")),
    path("terms/", include("terms_tracker.api_urls")),
    path("bots/", include("botdetect.api_urls")),
    path("ads/", include("political_ads.api_urls")),
    path("collaborate/", include("collaborate.api_urls")),
]
