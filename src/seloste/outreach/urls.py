"""The room's addresses: the reader's own pages, and those of the staff.

The open addresses are the same words in every language: a link in a letter from years ago must still work.
"""

from django.urls import path

from seloste.outreach.views import mailings, public

app_name = "outreach"

urlpatterns = [
    path("suostumukset/", public.start, name="start"),
    path("suostumukset/koodi/", public.code, name="code"),
    path("suostumukset/peru/<slug:letters>/", public.one_click, name="one_click"),
    path("suostumukset/<slug:letters>/", public.page, name="preferences"),
    path("suostumukset/<slug:letters>/kuitti/<uuid:reference>/", public.receipt, name="receipt"),
    path(
        "suostumukset/<slug:letters>/kuitti/<uuid:reference>.pdf", public.receipt_file, {"kind": "pdf"}, "receipt_pdf"
    ),
    path(
        "suostumukset/<slug:letters>/kuitti/<uuid:reference>.json",
        public.receipt_file,
        {"kind": "json"},
        "receipt_json",
    ),
]

#: Under the desk's own address, in Finnish like all of it.
desk = (
    [
        path("", mailings.listing, name="list"),
        path("uusi/", mailings.new, name="new"),
        path("<uuid:mailing_id>/", mailings.mailing, name="mailing"),
        path("<uuid:mailing_id>/muokkaa/", mailings.edit, name="edit"),
        path("<uuid:mailing_id>/vastaanottajat/", mailings.audience, name="audience"),
        path("<uuid:mailing_id>/laheta/", mailings.send, name="send"),
        path("<uuid:mailing_id>/palauta/", mailings.let_go, name="let_go"),
        path("<uuid:mailing_id>/keskeyta/", mailings.stop, name="stop"),
        path("<uuid:mailing_id>/poista/", mailings.discard, name="discard"),
    ],
    "mailings",
)
