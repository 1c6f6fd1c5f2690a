"""Political ads for programs. Addresses of the crowd and of the library stand in modules of their own."""

from django.urls import URLPattern, URLResolver

from political_ads import crowd_api_urls, library_api_urls

urlpatterns: list[URLPattern | URLResolver] = [*crowd_api_urls.urlpatterns, *library_api_urls.urlpatterns]
