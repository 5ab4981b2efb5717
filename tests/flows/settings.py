"""The site's own settings, with a quicker clock: the sweep comes every few seconds instead of twice a minute."""

from site_project.settings import *  # noqa: F403
from site_project.settings import CELERY_BEAT_SCHEDULE, CHATBOTS, INSTALLED_APPS

SWEEP_SECONDS = 3.0

INSTALLED_APPS = [*INSTALLED_APPS, "tests.flows"]
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
# The tests ask more in a minute than a visitor may.
CHATBOTS = CHATBOTS | {"RATE": "100000/min"}
