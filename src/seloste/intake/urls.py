"""Addresses of the public forms, in the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from seloste.intake import views

app_name = "intake"

urlpatterns = [
    path(_("contact/"), views.form_page, {"key": "contact"}, name="contact"),
    path(_("feedback/"), views.form_page, {"key": "feedback"}, name="feedback"),
    path(_("thanks/<str:mark>/"), views.thanks, name="thanks"),
]
