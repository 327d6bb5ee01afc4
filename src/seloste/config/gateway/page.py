"""The page on which nothing real is paid: calm, in Finnish, without scripts, and plainly a demonstration."""

from html import escape

from seloste.config.gateway.books import MISBEHAVIOURS, Payment

#: Only the page's own style, and forms that lead where the payer came from.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

NAMES = {"paytrail": "Esimerkkimaksu", "stripe": "Esimerkkikortti"}
NOTES = {
    "paytrail": "Tämä on keksitty maksupalvelu. Se puhuu kuin Paytrail, mutta rahaa ei liiku.",
    "stripe": "Tämä on keksitty korttipalvelu. Se puhuu kuin Stripe, mutta rahaa ei liiku eikä kortin numeroa kysytä.",
}
ENDED = {
    "ok": ("Maksettu", "Voit sulkea tämän sivun."),
    "pending": ("Maksua vahvistetaan", "Pankki vahvistaa maksun pian. Voit sulkea tämän sivun."),
    "fail": ("Maksu peruttiin", "Mitään ei veloitettu."),
    "expired": ("Maksuaika päättyi", "Mitään ei veloitettu."),
}

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1d2430, #e8ebf0); --soft: light-dark(#5b6472, #a9b2c0);
  --paper: light-dark(#f3f5f7, #12161d); --sheet: light-dark(#fff, #1b212b); --line: light-dark(#c9d0d9, #465062);
  --accent: light-dark(#1b6b4a, #6fd0a3); --on: light-dark(#fff, #0d1f17); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; }
.name { font-weight: 650; letter-spacing: .01em; color: var(--accent); margin: 0 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
.sum { font-size: 2.25rem; font-weight: 650; margin: .75rem 0; font-variant-numeric: tabular-nums; }
.soft { color: var(--soft); } p { margin: .5rem 0; } a { color: var(--accent); }
button { font: inherit; font-weight: 600; min-height: 3rem; width: 100%; border-radius: .5rem; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on); margin-top: .75rem; }
button.quiet { background: transparent; color: var(--ink); border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
details { margin-top: 1.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
summary { cursor: pointer; font-weight: 600; min-height: 2rem; }
fieldset { border: 0; padding: 0; margin: .5rem 0 0; } legend { padding: 0; }
label { display: grid; grid-template-columns: 1.75rem 1fr; align-items: start; padding: .5rem 0; cursor: pointer; }
input { width: 1.15rem; height: 1.15rem; margin: .25rem 0 0; accent-color: var(--accent); }
"""


def euros(cents: int, currency: str) -> str:
    """Return the sum as it is written in Finnish."""
    whole, part = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u00a0") + f",{part:02d}\u00a0{'€' if currency == 'EUR' else currency}"


def page(payment: Payment, state: str) -> str:
    """Return the page of a payment."""
    name = NAMES[payment.way]
    inside = _open(payment) if state == "new" else _ended(payment, state)
    return f"""<!doctype html>
<html lang="fi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(name)}: {escape(payment.shown)}</title><style>{STYLE}</style></head>
<body><main><div class="sheet"><p class="name">{escape(name)}</p>{inside}</div>
<p class="soft">{escape(NOTES[payment.way])}</p></main></body></html>"""


def _open(payment: Payment) -> str:
    return f"""<h1>Maksa tilaus {escape(payment.shown)}</h1>
<p class="sum">{euros(payment.amount, payment.currency)}</p>
<form method="post" action="/pay/{payment.id}">
<button name="do" value="pay">Maksa</button>
<button class="quiet" name="do" value="cancel">Peruuta ja palaa kauppaan</button>
<details><summary>Näin maksupalvelu voi erehtyä</summary>
<fieldset><legend class="soft">Valitse, mitä tapahtuu, kun painat ”Maksa”.</legend>
<label><input type="radio" name="how" value="" checked><span>Kaikki menee niin kuin pitää</span></label>
{"".join(_choice(key, name, text) for key, name, text in MISBEHAVIOURS)}</fieldset></details></form>"""


def _choice(key: str, name: str, text: str) -> str:
    words = f"<strong>{escape(name)}</strong><br><span class='soft'>{escape(text)}</span>"
    return f"<label><input type='radio' name='how' value='{key}'><span>{words}</span></label>"


def _ended(payment: Payment, state: str) -> str:
    title, text = ENDED[state]
    back = payment.back if state in {"ok", "pending"} else payment.cancelled
    later = "" if state != "ok" else _later(payment)
    return f"""<h1>{title}</h1><p class="sum">{euros(payment.amount, payment.currency)}</p><p>{text}</p>
<p><a href="{escape(back)}">Palaa kauppaan</a></p>{later}"""


def _later(payment: Payment) -> str:
    dispute = "<button class='quiet' name='do' value='dispute'>Maksaja kiistää maksun</button>"
    won = "<button class='quiet' name='do' value='won'>Kiista ratkeaa kaupan eduksi</button>"
    return f"""<details><summary>Mitä myöhemmin tapahtuu</summary><form method="post" action="/pay/{payment.id}">
<button class="quiet" name="do" value="refund">Palauta maksupalvelun omalla sivulla</button>
{(won if payment.disputed else dispute) if payment.way == "stripe" else ""}</form></details>"""
