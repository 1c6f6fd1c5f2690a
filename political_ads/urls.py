"""The tool's pages. Those of the crowd and those of the library stand in modules of their own."""

from django.urls import URLPattern, URLResolver

from political_ads import library_urls

app_name = "ads"
urlpatterns: list[URLPattern | URLResolver] = [*library_urls.urlpatterns]
