"""The WSGI application the web server runs."""

import gc
import os
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seloste.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from seloste.config.children import follow_parent
from seloste.config.database import limit_for_web
from seloste.config.proxies import Gatehouse

follow_parent()
limit_for_web(settings.DATABASES["default"])
application = Gatehouse(
    get_wsgi_application(),
    trusted=settings.ENVIRONMENT.trusted_proxies,
    is_secure=settings.ENVIRONMENT.is_secure,
    note_refusal=import_module("seloste.visits.middleware").note_refusal,
)

import_module("seloste.config.nightly").register()
import_module("seloste.ledger.middleware").watch()
import_module("seloste.visits.actions.books").open_for_web(settings.COUNTING_FOLDER, counting=settings.COUNTING)

# All code is loaded before the first request, not by it. It stays as long as the process, so no collection of garbage
# need walk through it again: that took a tenth of every page.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
