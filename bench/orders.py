"""Orders in great numbers: a few made through the deeds, their rows repeated. Imported where Django is set up."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from bench.stock import fill
from seloste.catalogue.models import Variant
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.shop.actions import cart, placing
from seloste.shop.actions import quote as quotes
from seloste.shop.choices import PaysBy
from seloste.shop.rules.buyers import Orderer
from seloste.shop.rules.pricing import Buyer

TEN = Decimal(10)
#: What an order leaves behind, in the order in which rows point to each other.
TABLES = (
    "register_person", "register_name", "register_contactpoint", "register_postaladdress", "register_ground",
    "register_noticedelivery", "shop_order", "shop_orderline", "shop_contractacceptance", "shop_orderevent",
    "consents_acknowledgement", "audit_auditevent",
)  # fmt: skip
#: Orders made through the deeds, each of another buyer.
MADE = 100


def place(number: int) -> UUID:
    """Place one order by invoice, as the checkout does, for a buyer of that number."""
    at, network = now(), f"198.51.{number % 250}.7"
    variants = Variant.objects.order_by("sku").values_list("id", flat=True)
    token = cart.put(
        at=at, token="", variant_id=variants[number % len(variants)], quantity=1, language="fi", network=network
    )
    quote = quotes.make(at=at, token=token, buyer=Buyer())
    return placing.place(
        by=visitor("order"),
        at=at,
        cart_token=token,
        quote_id=quote,
        orderer=_orderer(number),
        agreed=placing.Agreed(acknowledged=True, terms=True, button="Tilaan ja maksan"),
        pays_by=PaysBy.INVOICE,
        language="fi",
        network=network,
    )


def _orderer(number: int) -> Orderer:
    return Orderer(
        given_name="Maija",
        family_name=f"Mallikas{number}",
        email=f"maija{number}@example.com",
        street="Mallikatu 1",
        postal_code="00100",
        city="Helsinki",
    )


def load(orders: int) -> None:
    """Have so many orders in the database, with the people who made them."""
    fill(20)
    fixed = _uuids()
    for number in range(MADE):
        place(number)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # foreign keys hold by construction
        cursor.execute("SET synchronous_commit = off")
        for table in TABLES:
            cursor.execute(_repeat(table, fixed), [orders // MADE - 1])
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM (FREEZE, ANALYZE)")
        cursor.execute("CHECKPOINT")


def _uuids() -> set[str]:
    """Return every random id that stands anywhere before the orders: what they point to, and what stays the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = 'uuid'"
        )
        columns = cursor.fetchall()
        asked = " UNION ".join(f'SELECT "{column}" FROM "{table}"' for table, column in columns)  # noqa: S608
        cursor.execute(asked)
        return {str(row[0]) for row in cursor.fetchall() if row[0]} | {str(UUID(int=0))}


def _repeat(table: str, fixed: Iterable[str]) -> str:
    """Return the statement that repeats the table's rows; ids that are not fixed become others, alike in all tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type, udt_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = %s AND is_generated = 'NEVER' AND is_identity = 'NO' ORDER BY ordinal_position",
            [table],
        )
        columns = cursor.fetchall()
    same = ", ".join(f"'{one}'" for one in fixed)
    values = [_value(name, kind, inner, same) for name, kind, inner in columns]
    names = ", ".join(f'"{name}"' for name, *_rest in columns)
    told = ", ".join(values)
    return f'INSERT INTO "{table}" ({names}) SELECT {told} FROM "{table}" t, generate_series(1, %s) n'  # noqa: S608


def _value(name: str, kind: str, inner: str, same: str) -> str:
    column = f't."{name}"'
    if kind == "uuid":
        return f"CASE WHEN {column} IN ({same}) THEN {column} ELSE md5({column}::text || n)::uuid END"
    if inner == "_uuid":
        return f"ARRAY(SELECT md5(one::text || n)::uuid FROM unnest({column}) one)"  # noqa: S608 -- names of columns
    if name == "reference":
        number = "lpad((row_number() OVER ())::text, 8, '0')"
        return f"left({column}, 2) || left({number}, 4) || '-' || right({number}, 4)"
    if name in {"email", "value", "original"}:
        return f"replace({column}, '@', '.' || n || '@')"
    if name == "mark":
        return f"sha256({column} || n::text::bytea)"
    return column


def told(orders: int) -> dict[str, Any]:
    """Return what stands in the tables, as a check of what was loaded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM shop_order), (SELECT count(*) FROM register_person), "
            "(SELECT count(*) FROM shop_order JOIN register_person p ON p.id = person_id)"
        )
        found = cursor.fetchone()
    if found is None or set(found) != {orders}:
        raise RuntimeError(f"{orders} orders were wanted, there are {found}")
    return {"orders": orders}
