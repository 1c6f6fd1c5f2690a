from django.urls import path

from terms_tracker import api, federation_api, ota_api, work_api

urlpatterns = [
    path("collections/", api.CollectionsView.as_view(), name="api_terms_collections"),
    path("services/", api.ServicesView.as_view(), name="api_terms_services"),
    path("terms/", api.TermsListView.as_view(), name="api_terms_list"),
    path("terms/<int:pk>/compare/", api.CompareView.as_view(), name="api_terms_compare"),
    path("terms/<int:pk>/check/", api.CheckView.as_view(), name="api_terms_check"),
    path("versions/", api.VersionsView.as_view(), name="api_terms_versions"),
    path("clauses/", api.ClausesView.as_view(), name="api_terms_clauses"),
    path(
        "terms/<int:pk>/statistics/",
        work_api.TermsStatisticsView.as_view(),
        name="api_terms_terms_statistics",
    ),
    path("follow/", work_api.SubscriptionsView.as_view(), name="api_terms_follow"),
    path("follow/<int:pk>/", work_api.SubscriptionView.as_view(), name="api_terms_subscription"),
    path("memos/", work_api.MemosView.as_view(), name="api_terms_memos"),
    path("memos/<int:pk>/", work_api.MemoView.as_view(), name="api_terms_memo"),
    path("memos/<int:pk>/move/", work_api.MemoMoveView.as_view(), name="api_terms_memo_move"),
    path("versions/<str:commit>/passages/", work_api.PassagesView.as_view(), name="api_terms_passages"),
    path("versions/<str:commit>/evidence/", work_api.EvidenceView.as_view(), name="api_terms_evidence"),
    path("coverage/", work_api.CoverageView.as_view(), name="api_terms_coverage"),
    path("statistics/", work_api.StatisticsView.as_view(), name="api_terms_statistics"),
    path("federation/collections", federation_api.PeersView.as_view(), name="api_terms_peers"),
    path("federation/services", federation_api.ServicesView.as_view(), name="api_terms_peer_services"),
    path(
        "federation/service/<str:service>",
        federation_api.ServiceView.as_view(),
        name="api_terms_peer_service",
    ),
    # Open Terms Archive's own addresses, without a slash at the end.
    path("ota/<slug:collection>/v1/metadata", ota_api.MetadataView.as_view(), name="api_terms_ota_metadata"),
    path("ota/<slug:collection>/v1/services", ota_api.ServicesView.as_view(), name="api_terms_ota_services"),
    path(
        "ota/<slug:collection>/v1/service/<str:service>",
        ota_api.ServiceView.as_view(),
        name="api_terms_ota_service",
    ),
    path(
        "ota/<slug:collection>/v1/version/<str:service>/<str:terms_type>/<str:date>",
        ota_api.VersionView.as_view(),
        name="api_terms_ota_version",
    ),
    path("versions/<str:commit>/", api.VersionView.as_view(), name="api_terms_version"),
]
