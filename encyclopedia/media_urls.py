from django.urls import path

from encyclopedia.views import pictures

urlpatterns = [
    path("<slug:sha256>.<slug:extension>", pictures.picture_file, name="encyclopedia_picture_file"),
]
