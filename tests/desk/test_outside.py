"""What is outside a duty, or not there at all, shows no form either."""

from uuid import uuid4

import pytest
from django.urls import reverse
from tests import make
from tests.accounts.make import client_of

from seloste.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_organisation_is_not_entered_by_a_role_that_sees_none() -> None:
    make.version_id()

    assert client_of("technical").get(reverse("desk:add_organisation")).status_code == 404
    assert client_of("customer_service").get(reverse("desk:add_organisation")).status_code == 200


def test_project_that_is_not_there_cannot_be_closed() -> None:
    address = reverse("desk:close_project", args=[make.person(), uuid4()])

    assert client_of("customer_service").get(address).status_code == 404


def test_list_of_organisations_is_recorded() -> None:
    make.version_id()

    client_of("customer_service").get(reverse("desk:organisations"))

    assert AuditEvent.objects.filter(deed="organisation.listed").count() == 1
