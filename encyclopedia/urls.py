from django.urls import path

from encyclopedia import feeds
from encyclopedia.views import (
    exporting,
    history,
    lists,
    moderation,
    overviews,
    reading,
    statements,
    writing,
)

app_name = "encyclopedia"
urlpatterns = [
    path("", lists.home, name="home"),
    path("pages/", lists.pages, name="pages"),
    path("changes/", lists.changes, name="changes"),
    path("changes/feed/", feeds.ChangesFeed(), name="feed"),
    path("wanted/", lists.wanted, name="wanted"),
    path("proposals/", moderation.proposals, name="proposals"),
    path("revision/<int:pk>/", history.revision, name="revision"),
    path("revision/<int:pk>/source/", history.source, name="source"),
    path("revision/<int:pk>/restore/", history.restore, name="restore"),
    path("revision/<int:pk>/decide/", moderation.decide, name="decide"),
    path("compare/<int:old>/<int:new>/", history.compare, name="compare"),
    path("preview/", writing.preview, name="preview"),
    path("matrix/", overviews.matrix, name="matrix"),
    path("countries/", overviews.countries, name="countries"),
    path("timeline/", overviews.timeline, name="timeline"),
    path("commitments/", overviews.commitments, name="commitments"),
    path("criteria/", statements.criteria, name="criteria"),
    path("criteria/<slug:slug>/state/", statements.state_criteria, name="state_criteria"),
    path("log/<int:pk>/hide/", statements.hide, name="hide_attempt"),
    path("export/", exporting.export, name="export"),
    path("export/<slug:form>/", exporting.download, name="download"),
    path("<slug:language>/<slug:slug>/graph/", overviews.graph, name="graph"),
    path("<slug:language>/<slug:slug>/log/", statements.log, name="log"),
    path("<slug:language>/new/", writing.create, name="create"),
    path("<slug:language>/<slug:slug>/", reading.page, name="page"),
    path("<slug:language>/<slug:slug>/edit/", writing.edit, name="edit"),
    path("<slug:language>/<slug:slug>/history/", history.history, name="history"),
    path("<slug:language>/<slug:slug>/blame/", history.blame, name="blame"),
    path("<slug:language>/<slug:slug>/links/", reading.links, name="links"),
    path("<slug:language>/<slug:slug>/watch/", reading.watch, name="watch"),
    path("<slug:language>/<slug:slug>/feed/", feeds.PageFeed(), name="page_feed"),
    path("<slug:language>/<slug:slug>/manage/", moderation.manage, name="manage"),
]
