"""The demo's inbox. Outside the demo none of these pages exists."""

from django.urls import path

from seloste.mail import views

app_name = "mail"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<slug:name>/", views.letter, name="letter"),
    path("<slug:name>/<int:place>/", views.letter_file, name="letter_file"),
    path("<slug:name>/html/", views.letter_html, name="letter_html"),
]
