"""Addresses of the crowd's API, under /api/v1/ads/."""

from django.urls import path

from political_ads import crowd_api, original_api

urlpatterns = [
    path("next/", crowd_api.NextView.as_view(), name="api_ads_next"),
    path("votes/", crowd_api.VotesView.as_view(), name="api_ads_votes"),
    path("votes/<int:pk>/", crowd_api.VoteView.as_view(), name="api_ads_vote"),
    path("skips/", crowd_api.SkipsView.as_view(), name="api_ads_skips"),
    path("stats/labels/", crowd_api.LabelStatsView.as_view(), name="api_ads_labels"),
    path("stats/agreement/", crowd_api.AgreementStatsView.as_view(), name="api_ads_agreement"),
    # As the original of 2019 answered them.
    path("random", original_api.RandomView.as_view(), name="api_ads_random"),
    path("counts", original_api.CountsView.as_view(), name="api_ads_counts"),
    path("annotations", original_api.AnnotationsView.as_view(), name="api_ads_annotations"),
    path("annotations/<slug:kind>", original_api.AnnotationsOfView.as_view(), name="api_ads_annotations_of"),
]
