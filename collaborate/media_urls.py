from django.urls import path

from collaborate.views import media

urlpatterns = [path("<str:signed>/<str:name>", media.file, name="collaborate_file")]
