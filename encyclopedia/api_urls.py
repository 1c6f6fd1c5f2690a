from django.urls import path

from encyclopedia import api

urlpatterns = [
    path("pages/", api.PagesView.as_view(), name="api_encyclopedia_pages"),
    path("pages/<slug:language>/<slug:slug>/", api.PageView.as_view(), name="api_encyclopedia_page"),
    path(
        "pages/<slug:language>/<slug:slug>/revisions/",
        api.RevisionsView.as_view(),
        name="api_encyclopedia_revisions",
    ),
    path("pages/<slug:language>/<slug:slug>/stix/", api.StixView.as_view(), name="api_encyclopedia_stix"),
    path("revisions/<int:pk>/", api.RevisionView.as_view(), name="api_encyclopedia_revision"),
]
