"""What stands around every page of the desk: the search box, the rooms of the duty, the purpose being worked on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seloste.accounts.http import StaffRequest
from seloste.catalogue.rules.duties import may_edit
from seloste.consents.queries import MARKETING
from seloste.declaration.load import current
from seloste.desk import rules
from seloste.disclosures import queries as disclosures
from seloste.intake.queries import waiting_count
from seloste.kernel.clock import now
from seloste.mail import queries as outbox
from seloste.rights.queries import desk as rights
from seloste.sales.queries import coupons, figures, invoices, orders, payments, services
from seloste.sales.queries import waiting as shop


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A link of the menu."""

    label: str
    url: str
    icon: str
    current: bool
    count: int = 0


class Frame:
    """The desk's frame. Everything is found only when a template asks."""

    shortcuts = True

    def __init__(self, request: StaffRequest) -> None:
        self._request = request
        self._duty = request.duty
        self.home_url = reverse("desk:home")
        self.search_url = reverse("desk:search")
        self.sign_out_url = reverse("account_logout")
        self.duty_url = reverse("accounts:purpose")

    @property
    def user_name(self) -> str:
        """Return who is signed in."""
        return self._request.user.name

    @property
    def query(self) -> str:
        """Return what was looked for, on the page of results alone."""
        is_search = self._request.path == self.search_url
        return self._request.session.get("sought", "") if is_search else ""

    @property
    def can_search(self) -> bool:
        """Tell whether the duty has anybody to look for."""
        return not self._duty.may.isdisjoint({"read", "intake"})

    @cached_property
    def menu(self) -> list[Room]:
        """Return the rooms that the duty includes."""
        return [self._room(*room) for room in self._rooms()]

    def _rooms(self) -> list[tuple[str, str, str, int]]:
        may, categories = self._duty.may, self._duty.categories
        reads = "read" in may
        offered = [
            (True, _("Home"), "desk:home", "home"),
            ("intake" in may, _("Inbox"), "desk:messages", "inbox"),
            (reads and rights.may_see(self._duty), _("Requests"), "requests:queue", "scale"),
            ("intake" in may and not rights.may_see(self._duty), _("Enter a request"), "requests:enter", "scale"),
            (reads and disclosures.may_see(self._duty), _("Recipients"), "desk:recipients", "out"),
            (reads and "organisation" in categories, _("Organisations"), "desk:organisations", "organisation"),
            (reads and self._sees_marketing, _("Letters"), "mailings:list", "mail"),
            (outbox.may_see(self._duty), _("Outgoing messages"), "desk:outbox", "record"),
            (reads and "provenance" in categories, _("Information owed"), "desk:owed", "info"),
            *self._what_goes(),
            ("audit" in may, _("Read log"), "desk:record", "eye"),
            ("visitor_statistics" in self._duty.purposes, _("Visitors"), "visits:statistics", "people"),
            ("security_log" in categories, _("Security log"), "visits:security", "shield"),
            (not may.isdisjoint({"notice", "audit"}), _("Notice"), "desk:notice", "document"),
            ("web_security" in self._duty.purposes, _("Cookies"), "desk:cookies", "lock"),
            ("staff" in may, _("Staff"), "accounts:staff", "staff"),
        ]
        return [(label, name, icon, self._count(name)) for shown, label, name, icon in offered if shown]

    @cached_property
    def shop(self) -> list[Room]:
        """Return the rooms of the shop that the duty includes; the template gives them a heading of their own."""
        reads, duty = "read" in self._duty.may, self._duty
        offered = [
            (reads and orders.may_see(duty), _("Orders"), "sales:orders", "order"),
            (reads and payments.may_see(duty), _("Payments"), "sales:payments", "scale"),
            (reads and invoices.SOURCE.may_see(duty), _("Invoices"), "sales:invoices", "document"),
            (reads and services.may_see(duty), _("Subscriptions"), "sales:services", "history"),
            (reads and coupons.may_see(duty), _("Coupons"), "sales:coupons", "contract"),
            (may_edit(duty), _("Products"), "products:list", "form"),
            (figures.may_see(duty), _("Sales"), "sales:sales", "record"),
        ]
        return [self._room(label, name, icon, self._count(name)) for shown, label, name, icon in offered if shown]

    def _what_goes(self) -> list[tuple[bool, str, str, str]]:
        """Return one way to the pages about what goes: to the first that the duty may see."""
        sees_all, sees_persons = rules.sees_all_that_goes(self._duty), rules.sees_whose_grounds_end(self._duty)
        if sees_all:
            return [(True, _("What goes"), "desk:going", "clock")]
        only_machine = not sees_persons and rules.looks_after_machine(self._duty)
        return [
            (sees_persons, _("Ending soon"), "desk:ending", "clock"),
            (only_machine, _("The machine"), "desk:machine", "clock"),
        ]

    @property
    def _sees_marketing(self) -> bool:
        return self._duty.sees("consent", (MARKETING,)) and self._duty.sees("contact", (MARKETING,))

    def _count(self, name: str) -> int:
        if name == "requests:queue":
            return rights.open_count(by=self._duty)
        if name == "desk:recipients":
            return disclosures.due_count(by=self._duty)
        if name == "desk:outbox":
            return outbox.unknown_count(by=self._duty)
        if name == "sales:orders":
            return shop.orders_waiting(by=self._duty, at=now())
        if name == "sales:payments":
            return payments.odd_count(by=self._duty)
        return waiting_count(by=self._duty)[0] if name == "desk:messages" else 0

    def _room(self, label: str, name: str, icon: str, count: int) -> Room:
        url, path = reverse(name), self._request.path
        is_here = path == url or (name != "desk:home" and path.startswith(url))
        return Room(label=label, url=url, icon=icon, current=is_here, count=count)

    @cached_property
    def user_menu(self) -> list[Room]:
        """Return what concerns one's own login."""
        pages = [(_("My login"), "accounts:own", "key"), (_("Keyboard shortcuts"), "desk:keys", "keyboard")]
        if not self._duty.may.isdisjoint({"staff", "audit", "notice"}):
            pages.append((_("Who sees what"), "accounts:roles", "shield"))
        return [Room(label=label, url=reverse(name), icon=icon, current=False) for label, name, icon in pages]

    @cached_property
    def duties(self) -> list[dict[str, Any]]:
        """Return the purposes between which the duty can turn; nothing where there is but one."""
        declared, language = current(), get_language() or "fi"
        mine = declared.role[self._duty.role].purposes if self._duty.role in declared.role else ()
        if len(mine) < 2:
            return []
        return [
            {
                "value": key,
                "label": declared.purpose[key].name.in_language(language),
                "current": key == self._duty.purpose,
            }
            for key in mine
        ]
