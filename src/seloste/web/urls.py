"""The addresses of the site. Public pages carry their language: Finnish has none, Swedish /sv/, English /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from seloste.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("tyopoyta/", include("seloste.desk.urls")),
    path("", include("seloste.accounts.urls")),
    path("demo/posti/", include("seloste.mail.urls")),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("", include("seloste.notices.urls")),
        path("", include("seloste.intake.urls")),
        prefix_default_language=False,
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.missing
handler500 = views.broken
