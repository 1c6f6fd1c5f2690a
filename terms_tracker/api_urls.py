from django.urls import path

from terms_tracker import api

urlpatterns = [
    path("collections/", api.CollectionsView.as_view(), name="api_terms_collections"),
    path("services/", api.ServicesView.as_view(), name="api_terms_services"),
    path("terms/", api.TermsListView.as_view(), name="api_terms_list"),
    path("terms/<int:pk>/compare/", api.CompareView.as_view(), name="api_terms_compare"),
    path("terms/<int:pk>/check/", api.CheckView.as_view(), name="api_terms_check"),
    path("versions/", api.VersionsView.as_view(), name="api_terms_versions"),
    path("versions/<str:commit>/", api.VersionView.as_view(), name="api_terms_version"),
]
