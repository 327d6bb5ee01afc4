"""The addresses of the site. Public pages carry their language: Finnish has none, Swedish /sv/, English /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from seloste.catalogue import urls as catalogue
from seloste.outreach import urls as outreach
from seloste.payments import urls as payments
from seloste.rights import urls as rights
from seloste.web import sitemap, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("tyopoyta/", include("seloste.desk.urls")),
    path("tyopoyta/", include("seloste.visits.urls")),
    path("tyopoyta/kirjeet/", include(outreach.desk)),
    path("tyopoyta/oikeudet/", include(rights.desk)),
    path("tyopoyta/kauppa/tuotteet/", include(catalogue.desk)),
    path("tyopoyta/kauppa/", include("seloste.sales.urls")),
    path("tyopoyta/kauppa/laskut/", include("seloste.invoices.urls")),
    path("", include("seloste.accounts.urls")),
    path("", include("seloste.consents.urls")),
    path("", include("seloste.access.urls")),
    path("maksut/", include(payments.told)),
    path("demo/posti/", include("seloste.mail.urls")),
    path("", include(catalogue.pictures)),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("robots.txt", sitemap.robots, name="robots"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("", include("seloste.notices.urls")),
        path("", include("seloste.intake.urls")),
        path("", include("seloste.outreach.urls")),
        path("", include("seloste.rights.urls")),
        path("", include("seloste.mydata.urls")),
        path("", include("seloste.payments.urls")),
        path("", include("seloste.terminal.urls")),
        path("", include("seloste.disclosures.urls")),
        path("", include("seloste.catalogue.urls")),
        path("", include("seloste.shop.urls")),
        path("", include("seloste.services.urls")),
        prefix_default_language=False,
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.missing
handler500 = views.broken
