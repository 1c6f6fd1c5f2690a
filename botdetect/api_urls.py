from django.urls import path

from botdetect import api, api_harvests

urlpatterns = [
    path("clusters/", api.ClustersView.as_view(), name="api_bots_clusters"),
    path("clusters/<int:pk>/", api.ClusterView.as_view(), name="api_bots_cluster"),
    path("collections/", api.CollectionsView.as_view(), name="api_bots_collections"),
    path("runs/", api.RunsView.as_view(), name="api_bots_runs"),
    path("runs/<int:pk>/", api.RunView.as_view(), name="api_bots_run"),
    path("harvests/", api_harvests.HarvestsView.as_view(), name="api_bots_harvests"),
    path("harvests/<int:pk>/", api_harvests.HarvestView.as_view(), name="api_bots_harvest"),
    path("harvests/<int:pk>/start/", api_harvests.HarvestStartView.as_view(), name="api_bots_harvest_start"),
    path("harvests/<int:pk>/stop/", api_harvests.HarvestStopView.as_view(), name="api_bots_harvest_stop"),
    path("lookup/", api.LookupView.as_view(), name="api_bots_lookup"),
]
