from django.contrib.sitemaps.views import sitemap
from django.urls import path

from disinfo.portal.feeds import ActivityFeed
from disinfo.portal.sitemaps import PortalSitemap
from disinfo.portal.views import machines, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("activity/", pages.activity, name="activity"),
    path("activity/feed/", ActivityFeed(), name="activity_feed"),
    path("stats/", pages.stats, name="stats"),
    path("jobs/<int:pk>/", pages.job, name="job"),
    path("about/", pages.paper, {"name": "about"}, name="about"),
    path("legal/", pages.paper, {"name": "legal"}, name="legal"),
    path("privacy/", pages.paper, {"name": "privacy"}, name="privacy"),
    path("accessibility/", pages.paper, {"name": "accessibility"}, name="accessibility"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("health/live", machines.live, name="health_live"),
    path("health/ready", machines.ready, name="health_ready"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security_txt"),
    path("manifest.webmanifest", machines.manifest, name="manifest"),
    path("sitemap.xml", sitemap, {"sitemaps": {"portal": PortalSitemap}}, name="sitemap"),
]
