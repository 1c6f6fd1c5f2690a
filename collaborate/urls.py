from django.urls import path

from collaborate.views import deeds, keeping, lists, media, rooms

app_name = "collaborate"
urlpatterns = [
    path("", lists.home, name="home"),
    path("new/", lists.new, name="new"),
    path("search/", lists.search, name="search"),
    path("saved/", lists.saved, name="saved"),
    path("notifications/", lists.notifications, name="notifications"),
    path("people/", lists.people, name="people"),
    path("people/<int:pk>/", lists.direct, name="direct"),
    path("shares/", lists.shares, name="shares"),
    path("bots/", keeping.bots, name="bots"),
    path("invitations/<str:secret>/", keeping.invitation, name="invitation"),
    path("attachments/<int:pk>/", media.attachment, name="attachment"),
    path("rooms/<slug:slug>/", rooms.room, name="room"),
    path("rooms/<slug:slug>/catch-up/", rooms.catch_up, name="catch_up"),
    path("rooms/<slug:slug>/leave/", rooms.leave, name="leave"),
    path("rooms/<slug:slug>/read/", rooms.read, name="read"),
    path("rooms/<slug:slug>/typing/", rooms.typing, name="typing"),
    path("rooms/<slug:slug>/names/", rooms.names, name="names"),
    path("rooms/<slug:slug>/people/", keeping.members, name="members"),
    path("rooms/<slug:slug>/people/role/", keeping.seat, name="seat"),
    path("rooms/<slug:slug>/settings/", keeping.settings, name="settings"),
    path("rooms/<slug:slug>/moderation/", keeping.moderation, name="moderation"),
    path("rooms/<slug:slug>/export/", keeping.export, name="export"),
    path("rooms/<slug:slug>/<int:number>/", rooms.message, name="message"),
    path("rooms/<slug:slug>/<int:number>/thread/", rooms.thread, name="thread"),
    path("rooms/<slug:slug>/<int:number>/more/", deeds.more, name="more"),
    path("rooms/<slug:slug>/<int:number>/react/", deeds.react, name="react"),
    path("rooms/<slug:slug>/<int:number>/cards/", rooms.cards, name="cards"),
]
