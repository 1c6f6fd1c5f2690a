from django.urls import path

from collaborate import api

urlpatterns = [
    path("rooms/", api.RoomsView.as_view(), name="api_collaborate_rooms"),
    path("rooms/<slug:slug>/", api.RoomView.as_view(), name="api_collaborate_room"),
    path("rooms/<slug:slug>/messages/", api.MessagesView.as_view(), name="api_collaborate_messages"),
    path(
        "rooms/<slug:slug>/messages/<int:number>/", api.MessageView.as_view(), name="api_collaborate_message"
    ),
    path(
        "rooms/<slug:slug>/messages/<int:number>/reactions/",
        api.ReactionsView.as_view(),
        name="api_collaborate_reactions",
    ),
    path("commands/", api.CommandsView.as_view(), name="api_collaborate_commands"),
]
