from django.urls import path

from botdetect.views import collecting, exporting, harvesting, public, reviewing

app_name = "bots"
urlpatterns = [
    path("", public.home, name="home"),
    path("methodology/", public.methodology, name="methodology"),
    path("ask/", public.ask, name="ask"),
    path("data/clusters.<str:kind>", public.data, name="data"),
    path("published/<int:pk>/", public.published, name="published"),
    path("desk/", collecting.workbench, name="workbench"),
    path("desk/collections/new/", collecting.new_collection, name="new_collection"),
    path("desk/collections/<int:pk>/", collecting.collection, name="collection"),
    path("desk/collections/<int:pk>/profiles/", collecting.profiles, name="profiles"),
    path("desk/collections/<int:pk>/upload/", collecting.upload, name="upload"),
    path("desk/collections/<int:pk>/upload/<str:name>/", collecting.mapping, name="mapping"),
    path("desk/collections/<int:pk>/stream/", collecting.stream, name="stream"),
    path("desk/collections/<int:pk>/harvest/", harvesting.new_harvest, name="new_harvest"),
    path("desk/harvests/<int:pk>/", harvesting.harvest, name="harvest"),
    path("desk/harvests/<int:pk>/start/", harvesting.start_harvest, name="start_harvest"),
    path("desk/harvests/<int:pk>/stop/", harvesting.stop_harvest, name="stop_harvest"),
    path("desk/harvests/<int:pk>/dormant.csv", harvesting.dormant, name="dormant"),
    path("desk/collections/<int:pk>/run/", collecting.start, name="start"),
    path("desk/runs/<int:pk>/", reviewing.run, name="run"),
    path("desk/runs/<int:pk>/cancel/", reviewing.cancel, name="cancel"),
    path("desk/runs/<int:pk>/compare/<int:other>/", reviewing.compare, name="compare"),
    path("desk/clusters/<int:pk>/", reviewing.cluster, name="cluster"),
    path("desk/clusters/<int:pk>/line/", reviewing.line, name="line"),
    path("desk/clusters/<int:pk>/review/", reviewing.review, name="review"),
    path("desk/clusters/<int:pk>/publish/", reviewing.publish, name="publish"),
    path("desk/clusters/<int:pk>/export/<str:kind>/", exporting.export, name="export"),
    path("desk/edges/<int:pk>/", reviewing.edge, name="edge"),
    path("desk/members/<int:pk>/judge/", reviewing.judge, name="judge"),
    path("desk/lookup/", reviewing.lookup, name="lookup"),
]
