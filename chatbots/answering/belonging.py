"""Which of the two bots a question belongs to: is it about the centre, or about health?

Both bots search for it. In the guide's index the titles of the health articles stand beside the site's own pages: which
of the two comes nearer tells most; how sure each judge is, and a few words, tell the rest. How much each counts was
fitted: `manage.py fit_belonging` writes `belonging.json`.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbots import retrieval
from chatbots.answering.judge import Assessment, assess
from chatbots.bots import GUIDE, HEALTH, Bot
from chatbots.query import Query, read_question
from chatbots.retrieval import Hit, Retrieval
from chatbots.serving import current_snapshot, repairer

BELONGING_FILE = Path(__file__).with_name("belonging.json")
#: The score of a page that no search brought.
_FAINT = 4.0

#: Words for the place itself and those who work there.
_OURS = {
    "da": re.compile(
        r"\b(I|jer|jeres|huset|sundhedscent\w*|sundhedshus\w*|cent(e?ret|rets)|receptionen)\b|"
        r"\b(har|holder|kan|må|er|laver|giver|vil|skal|bruger|tager|lukker|betaler|tilbyder|stikker|frigiver|kører|svarer|"
        r"stiller|vaccinerer|modtager|rådgiver|arrangerer|ligger|hører|over|hos|til) [iI]\b"
        r"(?! (dag|morgen|går|aften|aftes|nat|uge\w*|weekend\w*|påsken|julen))",
    ),
    "en": re.compile(
        r"\b(your|you (have|offer|open|closed?|do)|(are|do|can) you|(the|this) (cent(re|er)|clinic|building)|"
        r"reception)\b",
        re.IGNORECASE,
    ),
}
#: What one asks a place and not a doctor: prices, hours, bookings, the way there.
_PRACTICAL = re.compile(
    r"\b(pris\w*|koster?|gratis|betal\w*|gebyr\w*|kr|kroner|regning\w*|åben\w*|åbent|lukke[rt]?|lukning\w*|tider|bestil\w*|"
    r"book\w*|aflys\w*|afbud\w*|afbestil\w*|afmeld\w*|tilmeld\w*|adresse\w*|parker\w*|bus|bussen|etage\w*|sal|elevator\w*|"
    r"indgang\w*|tlf|telefon\w*|nummer\w*|nr|\w*kursus\w*|\w*kurser\w*|\w*hold|\w*holdet|\w*holdene|henvis\w*|tolk\w*|journal\w*|klage\w*|"
    r"mitid|venteti\w*|price\w*|cost|costs|fees?|free|pay|open|opening|close|closed|appointment\w*|cancel\w*|class\w*|"
    r"course\w*|group|floor|lift|parking|interpreter\w*|referral\w*|phone)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What one bot finds for a question, judged."""

    retrieval: Retrieval
    judged: Assessment

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What answers, or else what came nearest in the question's own language."""
        return self.judged.evidence or self.retrieval.hits(self.retrieval.query.language)

    @property
    def best_score(self) -> float:
        return self.hits[0].page_score if self.hits else _FAINT


def find(bot: Bot, query: Query) -> Found:
    """Return what `bot` finds for a question that another has read; it is read again where spelt otherwise here.

    Raises SnapshotError when the bot has no index.
    """
    index = current_snapshot(bot.name).languages.get(query.language)
    if index is not None and repairer(index).repair(query.text) != query.repaired:
        query = read_question(bot, query.text, None, language=query.language)
    found = retrieval.retrieve(bot, query)
    return Found(found, assess(found))


def features(guide: Found, health: Found) -> dict[str, float]:
    """Return what tells a question about the centre from one about health."""
    query = guide.retrieval.query
    page, title = nearest(guide)
    return {
        "page_before_title": page - title,
        "page_before_article": page - health.best_score,
        "guide_sure": guide.judged.confidence,
        "health_sure": health.judged.confidence,
        "ours": float(names_the_centre(query)),
        "practical": float(sounds_practical(query)),
    }


def nearest(guide: Found) -> tuple[float, float]:
    """Return the scores of the guide's best page of its own, and of the best article of which it knows the title."""
    page = title = _FAINT
    for hit in guide.hits:
        if hit.page.kind in GUIDE.full_kinds:
            page = max(page, hit.page_score)
        else:
            title = max(title, hit.page_score)
    return page, title


def names_the_centre(query: Query) -> bool:
    return bool(_OURS.get(query.language, _OURS["da"]).search(query.text))


def sounds_practical(query: Query) -> bool:
    return bool(_PRACTICAL.search(query.text))


def practical_share(guide: Found, health: Found) -> float:
    """Return how likely the question is for the guide and not for the health bot, 0 to 1."""
    fitted, signals = _read_fitted(), features(guide, health)
    logit = fitted["intercept"]
    for name, weight in fitted["weights"].items():
        logit += weight * (signals[name] - fitted["means"][name]) / fitted["deviations"][name]
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def other_than(bot: Bot) -> Bot:
    return HEALTH if bot.name == GUIDE.name else GUIDE


def forget_fitted() -> None:
    """Read the weights anew when they are next asked for."""
    _read_fitted.cache_clear()


@functools.cache
def _read_fitted() -> Mapping[str, Any]:
    return json.loads(BELONGING_FILE.read_text())
