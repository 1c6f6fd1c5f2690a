"""Addresses of the library's pages, under /ads/."""

from django.urls import path

from political_ads import feeds
from political_ads.views import advertisers, dossiers, law, library, open_data, removals

urlpatterns = [
    path("library/", library.library, name="library"),
    path("ad/<slug:source>/<path:external_id>/", library.ad, name="ad"),
    path("advertisers/", advertisers.advertisers, name="advertisers"),
    path("advertisers/<int:pk>/", advertisers.advertiser, name="advertiser"),
    path("removals/", removals.removals, name="removals"),
    path("removals/table.csv", removals.table, name="removals_table"),
    path(
        "removals/<slug:source>/<int:earlier>-<int:later>/", removals.comparison, name="removals_comparison"
    ),
    path("removals/follow/<slug:source>/", removals.follow, name="follow"),
    path("alerts/end/<str:token>/", removals.no_mail, name="no_mail"),
    path("alerts/feed/", feeds.AlertsFeed(), name="alerts_feed"),
    path("scorecard/", removals.scorecard, name="scorecard"),
    path("law/", law.law, name="law"),
    path("law/hits/<int:pk>/", law.review_hit, name="review_hit"),
    path("data/", open_data.data, name="data"),
    path("data/<str:name>", open_data.download, name="data_file"),
    path("dossier/ad/<int:pk>/", dossiers.ad_dossier, name="ad_dossier"),
    path("dossier/advertiser/<int:pk>/", dossiers.advertiser_dossier, name="advertiser_dossier"),
]
