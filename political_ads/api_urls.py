"""Political ads for programs. Addresses of the crowd and of the library stand in modules of their own."""

from political_ads import library_api_urls

urlpatterns = [*library_api_urls.urlpatterns]
