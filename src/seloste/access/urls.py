"""The room's open addresses. They are printed in packages, so they never change and have no language."""

from django.urls import path

from seloste.access import views

app_name = "access"

urlpatterns = [
    path(".well-known/access-package-key.json", views.key, name="key"),
    path(".well-known/access-package.schema.json", views.schema, name="schema"),
]
