"""The tool's pages. Those of the crowd and those of the library stand in modules of their own."""

from django.urls import URLPattern, URLResolver

from political_ads import crowd_urls, library_urls

app_name = "ads"
urlpatterns: list[URLPattern | URLResolver] = [*crowd_urls.urlpatterns, *library_urls.urlpatterns]
