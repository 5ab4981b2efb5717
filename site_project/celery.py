"""The Celery application: `celery -A site_project worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")

app = Celery("vejviser")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
