"""Two addresses that look alike are two addresses: on the wire, and to whoever is looked for by their marks."""

import pytest

from seloste.kernel.marks import mark_of
from seloste.mail.rules import NotSendable
from seloste.mail.rules.envelope import on_the_wire, one_address


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("maija@straße.example", "maija@xn--strae-oqa.example"),
        ("maija@βόλος.example", "maija@xn--nxasmm1c.example"),
        ("maija@hämähäkki.example", "maija@xn--hmhkki-buabb.example"),
    ],
)
def test_message_goes_to_the_domain_that_was_written(written: str, wire: str) -> None:
    assert on_the_wire(one_address(written)) == wire


def test_letters_that_only_look_alike_are_not_one_address() -> None:
    assert mark_of("maija@straße.example") != mark_of("maija@strasse.example")
    assert mark_of("Maija@Example.com") == mark_of("maija@example.com")


@pytest.mark.parametrize(
    "address", ["uhri%example.org@example.com", "example.org!uhri@example.com", "a%40b@example.com"]
)
def test_address_that_some_mail_servers_read_as_another_is_refused(address: str) -> None:
    with pytest.raises(NotSendable):
        one_address(address)
