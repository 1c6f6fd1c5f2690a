from django.urls import path

from encyclopedia import api, material_api

urlpatterns = [
    path("pages/", api.PagesView.as_view(), name="api_encyclopedia_pages"),
    path("pages/<slug:language>/<slug:slug>/", api.PageView.as_view(), name="api_encyclopedia_page"),
    path(
        "pages/<slug:language>/<slug:slug>/revisions/",
        api.RevisionsView.as_view(),
        name="api_encyclopedia_revisions",
    ),
    path("pages/<slug:language>/<slug:slug>/stix/", api.StixView.as_view(), name="api_encyclopedia_stix"),
    path(
        "pages/<slug:language>/<slug:slug>/discussion/",
        material_api.DiscussionView.as_view(),
        name="api_encyclopedia_discussion",
    ),
    path("threads/<int:pk>/", material_api.ThreadView.as_view(), name="api_encyclopedia_thread"),
    path("sources/", material_api.SourcesView.as_view(), name="api_encyclopedia_sources"),
    path("sources/<str:key>/", material_api.SourceView.as_view(), name="api_encyclopedia_source"),
    path("pictures/", material_api.PicturesView.as_view(), name="api_encyclopedia_pictures"),
    path("revisions/<int:pk>/", api.RevisionView.as_view(), name="api_encyclopedia_revision"),
]
