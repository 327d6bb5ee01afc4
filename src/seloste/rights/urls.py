"""The room's addresses: for whoever asks, and for the staff.

The open addresses are the same words in every language: a link from months ago must still work.
"""

from django.urls import path

from seloste.rights.views import correcting, erasing, holds, packages, public, reviews
from seloste.rights.views import desk as staff

app_name = "rights"

urlpatterns = [
    path("oikeudet/", public.form_page, name="form"),
    path("oikeudet/paketti/<str:letters>/", packages.package_page, name="package"),
    path("oikeudet/<slug:letters>/", public.status_page, name="status"),
    path("oikeudet/<slug:letters>/poisto/", erasing.stop_page, name="stop_erasure"),
    path("oikeudet/<slug:letters>/todistus.pdf", erasing.certificate_for_her, name="certificate"),
    path("oikeudet/<slug:letters>/vastaus.pdf", public.answer_pdf, name="answer_pdf"),
]

#: Under the desk's own address, in Finnish like all of it.
desk = (
    [
        path("", staff.queue, name="queue"),
        path("uusi/", staff.enter, name="enter"),
        path("<uuid:request_id>/", staff.sheet, name="sheet"),
        path("<uuid:request_id>/vastaus.pdf", staff.paper, name="paper"),
        path("sailytys/<uuid:person_id>/", holds.page, name="holds"),
        path("sailytys/<uuid:person_id>/<uuid:hold_id>/", holds.one, name="hold"),
        path("<uuid:request_id>/poisto/<uuid:item_id>/", erasing.plan_page, name="erasure"),
        path("<uuid:request_id>/poisto/<uuid:item_id>/todistus.pdf", erasing.certificate, name="certificate"),
        path("<uuid:request_id>/paketti/", reviews.package, name="package"),
        path("<uuid:request_id>/paketti/uudelleen/", reviews.again, name="package_again"),
        path("<uuid:request_id>/paketti/tiedot.pdf", reviews.paper, name="package_paper"),
        path("<uuid:request_id>/paketti/<str:store>/<str:record_id>/", reviews.review, name="review"),
        path("<uuid:request_id>/oikaisu/<uuid:item_id>/", correcting.choose, name="correcting"),
        path(
            "<uuid:request_id>/oikaisu/<uuid:item_id>/<slug:kind>/<uuid:target>/", correcting.change, name="correct_one"
        ),
        path("<uuid:request_id>/henkilo/<uuid:person_id>/", staff.assign, name="assign"),
        path("<uuid:request_id>/paatos/<uuid:item_id>/", staff.decide, name="decide"),
        path("<uuid:request_id>/<slug:what>/<uuid:item_id>/", staff.about_item, name="item"),
        path("<uuid:request_id>/askel/<slug:name>/", staff.step, name="step"),
    ],
    "requests",
)
