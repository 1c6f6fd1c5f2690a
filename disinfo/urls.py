"""Every address of the portal. A tool's own stand in its urls.py, under its slug."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from disinfo.portal.views import errors

# Django's own form would ask for no second factor, count no wrong passwords, and leave no trace of the login.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("disinfo.portal.urls")),
    path("", include("disinfo.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("disinfo.api.urls")),
    path("encyclopedia/", include("encyclopedia.urls")),
    path("media/encyclopedia/", include("encyclopedia.media_urls")),
    path("terms/", include("terms_tracker.urls")),
    path("bots/", include("botdetect.urls")),
    path("ads/", include("political_ads.urls")),
    path("collaborate/", include("collaborate.urls")),
    path("media/collaborate/", include("collaborate.media_urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
