"""Addresses of the library for programs, under /api/v1/ads/."""

from django.urls import path

from political_ads import library_api as api

urlpatterns = [
    path("", api.AdsView.as_view(), name="api_ads"),
    path("advertisers/", api.AdvertisersView.as_view(), name="api_ads_advertisers"),
    path("rules/", api.RulesView.as_view(), name="api_ads_rules"),
    path("stats/consistency/", api.ConsistencyView.as_view(), name="api_ads_consistency"),
    path("exports/", api.ExportsView.as_view(), name="api_ads_exports"),
    path("ingest/<slug:source>/", api.IngestView.as_view(), name="api_ads_ingest"),
    path("<slug:source>:<str:external_id>/", api.AdView.as_view(), name="api_ads_ad"),
]
