from django.urls import path

from terms_tracker import feeds, views

app_name = "terms"
urlpatterns = [
    path("", views.services, name="services"),
    path("changes/", views.changes, name="changes"),
    path("clauses/", views.clauses, name="clauses"),
    path("data/", views.datasets, name="datasets"),
    path("data/<slug:collection>/<str:name>", views.dataset, name="dataset"),
    path("feed/", feeds.ChangesFeed(), name="feed"),
    path("version/<str:commit>/", views.version, name="version"),
    path("version/<str:commit>/source/", views.version_source, name="version_source"),
    path("change/<str:commit>/", views.change, name="change"),
    path("snapshot/<str:commit>/", views.snapshot, name="snapshot"),
    path("demo/", views.demo, name="demo"),
    path("demo/<slug:slug>/", views.demo_page, name="demo_page"),
    path("demo/<slug:slug>/change/", views.demo_change, name="demo_change"),
    path("<slug:collection>/<slug:service>/", views.service, name="service"),
    path("<slug:collection>/<slug:service>/feed/", feeds.ServiceFeed(), name="service_feed"),
    path("<slug:collection>/<slug:service>/<slug:terms>/", views.timeline, name="timeline"),
    path("<slug:collection>/<slug:service>/<slug:terms>/compare/", views.compare, name="compare"),
    path("<slug:collection>/<slug:service>/<slug:terms>/check/", views.check, name="check"),
    path("<slug:collection>/<slug:service>/<slug:terms>/feed/", feeds.TermsFeed(), name="terms_feed"),
]
