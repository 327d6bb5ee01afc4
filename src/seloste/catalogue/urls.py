"""The room's addresses: the shop, and under the desk's own address the pages that look after it."""

from django.urls import path, re_path

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
