"""The staff's addresses of the room. None of them carries an IP address."""

from django.urls import path

from seloste.visits import views

app_name = "visits"

urlpatterns = [
    path("kavijat/", views.statistics, name="statistics"),
    path("tietoturvaloki/", views.security, name="security"),
]
