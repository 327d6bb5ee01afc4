"""Whom may a mailing reach? Everybody the channel knows, each with the decision, the rule and its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from seloste.consents.choices import Channel, Rule
from seloste.consents.queries.facts import decide_classes, question
from seloste.consents.rules.contact import Decision

#: What a rule rests on, as a column of the facts.
_EVIDENCE = {Rule.CONSENT: "consent", Rule.JOB: "position"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """SQL that gives one row a person: ``person, address, mark, language, allow, rule, evidence, carry``.

    It reads a table of the transaction it was chosen in, and is of use until that transaction ends.
    """

    sql: str
    values: Sequence[Any]


def choose(channel: Channel, *, today: date) -> Chosen:
    """Decide about everybody at one moment; asked in a transaction, within which the answer can be used.

    A person gets one message, at the oldest address at which she may be reached. Where two persons share an address,
    the one known longer gets it, so that nobody reads the same letter twice; the other one's rule is ``SAME_ADDRESS``.
    """
    asked = question(channel, today=today)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 2")
        cursor.execute("DROP TABLE IF EXISTS pg_temp.contact_facts")
        cursor.execute(f"CREATE TEMPORARY TABLE contact_facts ON COMMIT DROP AS {asked.sql}", asked.values)
        cursor.execute("SELECT DISTINCT class FROM contact_facts")
        classes = [row[0] for row in cursor.fetchall()]
    decided = decide_classes(classes, channel=channel, today=today)
    rows = [_row(one, decision) for one, decision in decided.items()]
    return Chosen(sql=_CHOICE, values=[list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []])


def _row(one: int, decision: Decision) -> tuple[int, bool, str, str, str]:
    rule = decision.rule
    return (one, decision.allow, rule.value, _EVIDENCE.get(rule, ""), ",".join(decision.must_carry))


_CHOICE = """
    SELECT person, address, mark, language, allow AND is_first AS allow,
        CASE WHEN is_first THEN rule ELSE 'D1.same_address' END AS rule,
        CASE WHEN is_first THEN evidence END AS evidence, string_to_array(carry, ',') AS carry
    FROM (
        SELECT *, NOT allow OR row_number() OVER (PARTITION BY mark, allow ORDER BY collected_at, id) = 1 AS is_first
        FROM (
            SELECT DISTINCT ON (facts.person_id) facts.person_id AS person, facts.address, facts.mark, facts.language,
                facts.collected_at, facts.id, decided.allow, decided.rule, decided.carry,
                CASE decided.evidence WHEN 'consent' THEN facts.consent WHEN 'position' THEN facts.position END
                    AS evidence
            FROM contact_facts facts
            JOIN unnest(%s::int[], %s::bool[], %s::text[], %s::text[], %s::text[])
                AS decided(class, allow, rule, evidence, carry) USING (class)
            ORDER BY facts.person_id, decided.allow DESC, facts.collected_at, facts.id
        ) best
    ) choice"""
