from django.urls import path

from botdetect.views import collecting, exporting, public, reviewing

app_name = "bots"
urlpatterns = [
    path("", public.home, name="home"),
    path("methodology/", public.methodology, name="methodology"),
    path("ask/", public.ask, name="ask"),
    path("data/clusters.<str:kind>", public.data, name="data"),
    path("published/<int:pk>/", public.published, name="published"),
    path("work/", collecting.workbench, name="workbench"),
    path("work/collections/new/", collecting.new_collection, name="new_collection"),
    path("work/collections/<int:pk>/", collecting.collection, name="collection"),
    path("work/collections/<int:pk>/upload/", collecting.upload, name="upload"),
    path("work/collections/<int:pk>/upload/<str:name>/", collecting.mapping, name="mapping"),
    path("work/collections/<int:pk>/run/", collecting.start, name="start"),
    path("work/runs/<int:pk>/", reviewing.run, name="run"),
    path("work/runs/<int:pk>/cancel/", reviewing.cancel, name="cancel"),
    path("work/runs/<int:pk>/compare/<int:other>/", reviewing.compare, name="compare"),
    path("work/clusters/<int:pk>/", reviewing.cluster, name="cluster"),
    path("work/clusters/<int:pk>/review/", reviewing.review, name="review"),
    path("work/clusters/<int:pk>/publish/", reviewing.publish, name="publish"),
    path("work/clusters/<int:pk>/export/<str:kind>/", exporting.export, name="export"),
    path("work/edges/<int:pk>/", reviewing.edge, name="edge"),
    path("work/members/<int:pk>/judge/", reviewing.judge, name="judge"),
    path("work/lookup/", reviewing.lookup, name="lookup"),
]
