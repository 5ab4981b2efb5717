"""ASGI entry point: `uvicorn site_project.asgi:application`."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")
django.setup(set_prefix=False)

from site_project.lifespan import with_lifespan  # noqa: E402 - Django must be set up before
from site_project.threads import KeptThreadsHandler  # noqa: E402

startup = []
if apps.is_installed("chatbots"):
    from chatbots import warmup

    startup.append(warmup.start)

handler = KeptThreadsHandler()
application = with_lifespan(handler, startup=startup, shutdown=[handler.close])
