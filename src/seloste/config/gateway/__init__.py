"""The demo's payment provider: a process of its own on this machine, in the place of Paytrail and of Stripe.

It speaks both protocols, has a page on which nothing real is paid, and misbehaves on demand. It cannot be switched on
where real people are served (`environment`), knows no other keys than these, and imports nothing of the register.
"""

from seloste.config.children import LocalServer

#: Keys that open nothing but the gateway.
PAYTRAIL_ACCOUNT, PAYTRAIL_SECRET = "990001", "esimerkki-ei-avaa-mitaan"
STRIPE_ACCOUNT, STRIPE_KEY = "acct_esimerkki", "sk_test_esimerkki"
STRIPE_WEBHOOK_SECRET = "whsec_esimerkki"  # noqa: S105 -- likewise

#: What a process that buys through the gateway is told.
SETTINGS = {
    "SELOSTE_PAYTRAIL_ACCOUNT": PAYTRAIL_ACCOUNT,
    "SELOSTE_PAYTRAIL_SECRET": PAYTRAIL_SECRET,
    "SELOSTE_STRIPE_ACCOUNT": STRIPE_ACCOUNT,
    "SELOSTE_STRIPE_KEY": STRIPE_KEY,
    "SELOSTE_STRIPE_WEBHOOK_SECRET": STRIPE_WEBHOOK_SECRET,
}


class Gateway(LocalServer):
    """The gateway. What was paid there is kept in the folder and is known again afterwards."""

    module = "seloste.config.gateway"
    scheme = "http"
