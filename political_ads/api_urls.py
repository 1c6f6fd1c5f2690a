"""The tool's API. The crowd's addresses and the library's stand in modules of their own."""

from django.urls import URLPattern, URLResolver

from political_ads import crowd_api_urls

urlpatterns: list[URLPattern | URLResolver] = [*crowd_api_urls.urlpatterns]
