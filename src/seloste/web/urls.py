"""The addresses of the site. Public pages carry their language: Finnish has none, Swedish /sv/, English /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from seloste.web import views

from importlib.util import find_spec
from seloste.web.views import home as _x
notices = [path("", include("seloste.notices.urls"))] if find_spec("seloste.notices.urls") else [path("", include(([path("seloste/", _x, name="page")], "notices")))]

urlpatterns: list[URLPattern | URLResolver] = [
    path("tyopoyta/", include("seloste.desk.urls")),
    path("", include("seloste.accounts.urls")),
    *i18n_patterns(
        path("", views.home, name="home"),
        *notices,
        path("", include("seloste.intake.urls")),
        prefix_default_language=False,
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.missing
handler500 = views.broken
