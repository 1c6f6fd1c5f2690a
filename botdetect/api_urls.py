from django.urls import path

from botdetect import api

urlpatterns = [
    path("clusters/", api.ClustersView.as_view(), name="api_bots_clusters"),
    path("clusters/<int:pk>/", api.ClusterView.as_view(), name="api_bots_cluster"),
    path("collections/", api.CollectionsView.as_view(), name="api_bots_collections"),
    path("runs/", api.RunsView.as_view(), name="api_bots_runs"),
    path("runs/<int:pk>/", api.RunView.as_view(), name="api_bots_run"),
    path("lookup/", api.LookupView.as_view(), name="api_bots_lookup"),
]
