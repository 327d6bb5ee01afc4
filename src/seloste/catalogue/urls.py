"""The room's addresses: the shop, and under the desk's own address the pages that look after it."""

from django.urls import path, re_path

from seloste.catalogue.views import desk as views
from seloste.catalogue.views import public

app_name = "catalogue"

urlpatterns = [
    path("kauppa/", public.shop, name="shop"),
    path("kauppa/kortti.jpg", public.card, name="shop_card"),
    path("kauppa/<slug:slug>/", public.product, name="product"),
    path("kauppa/<slug:slug>/kortti.jpg", public.card, name="card"),
]

#: Files have one address in all languages.
pictures = (
    [re_path(r"^kuvat/(?P<name>[0-9a-f]{32})\.(?P<kind>webp|jpeg)$", public.picture, name="file")],
    "pictures",
)

#: Under the desk's own address, in Finnish like all of it.
desk = (
    [
        path("", views.listing, name="list"),
        path("uusi/", views.new, name="new"),
        path("ryhmat/", views.groups, name="groups"),
        path("ryhmat/uusi/", views.group, name="new_group"),
        path("ryhmat/<slug:key>/", views.group, name="group"),
        path("<uuid:product_id>/", views.product, name="product"),
        path("<uuid:product_id>/tekstit/", views.words, name="words"),
        path("<uuid:product_id>/vero/", views.classify, name="classify"),
        path("<uuid:product_id>/esikatselu/<slug:language>/", views.preview, name="preview"),
        path("<uuid:product_id>/myyntiin/", views.publish, name="publish"),
        path("<uuid:product_id>/pois/", views.withdraw, name="withdraw"),
        path("<uuid:product_id>/muunnelma/", views.new_variant, name="new_variant"),
        path("<uuid:product_id>/kuva/", views.new_picture, name="new_picture"),
        path("<uuid:product_id>/kuva/<uuid:picture_id>/poista/", views.remove_picture, name="remove_picture"),
        path("muunnelma/<uuid:variant_id>/", views.variant, name="variant"),
        path("muunnelma/<uuid:variant_id>/hinta/", views.price, name="price"),
        path("muunnelma/<uuid:variant_id>/varasto/", views.stock, name="stock"),
        path("muunnelma/<uuid:variant_id>/tiedosto/", views.file, name="file"),
        path("kuva/<uuid:picture_id>/", views.picture, name="picture"),
    ],
    "products",
)
