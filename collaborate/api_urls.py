from django.urls import path

from collaborate import api, incident_api

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
    # Incidents.
    path("incidents/", incident_api.IncidentsView.as_view(), name="api_collaborate_incidents"),
    path("incidents/<int:pk>/", incident_api.IncidentView.as_view(), name="api_collaborate_incident"),
    path(
        "incidents/<int:pk>/log/", incident_api.IncidentLogView.as_view(), name="api_collaborate_incident_log"
    ),
]
