"""Addresses of the crowd's pages, under /ads/."""

from django.urls import path

from political_ads.views import classify, home, reports, results, reviews

urlpatterns = [
    path("", home.home, name="home"),
    path("method/", home.method, name="method"),
    path("classify/", classify.classify, name="classify"),
    path("classify/skip/", classify.skip, name="skip"),
    path("classify/undo/", classify.undo, name="undo"),
    path("results/", results.results, name="results"),
    path("report/", reports.report, name="report"),
    path("picture/<int:pk>/", reports.picture, name="picture"),
    path("review/", reviews.reviews, name="reviews"),
    path("review/<int:pk>/", reviews.review, name="review"),
    path("review/reports/", reports.waiting_reports, name="reports"),
    path("review/reports/<int:pk>/", reports.moderate, name="moderate"),
    path("review/reports/<int:pk>/picture/", reports.report_picture, name="report_picture"),
]
