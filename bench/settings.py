"""The site's settings, without the limit on how often one address may ask."""

from site_project.settings import *  # noqa: F403
from site_project.settings import CHATBOTS

CHATBOTS = CHATBOTS | {"RATE": None}
