"""The room's addresses: for whoever asks, and for the staff.

The open addresses are the same words in every language: a link from months ago must still work.
"""

from django.urls import path

from seloste.rights.views import public

app_name = "rights"

urlpatterns = [
    path("oikeudet/", public.form_page, name="form"),
    path("oikeudet/<slug:letters>/", public.status_page, name="status"),
    path("oikeudet/<slug:letters>/vastaus.pdf", public.answer_pdf, name="answer_pdf"),
]
