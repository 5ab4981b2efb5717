"""ASGI entry point: `uvicorn site_project.asgi:application`."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")
django.setup(set_prefix=False)

from site_project.threads import KeptThreadsHandler  # noqa: E402 - Django must be set up before

application = KeptThreadsHandler()

if apps.is_installed("chatbots"):
    from chatbots.lifespan import with_warm_up

    application = with_warm_up(application)
