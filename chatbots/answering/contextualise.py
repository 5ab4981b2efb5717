"""Step: make a question whole that leans on the conversation, or on the page that the visitor stands on.

"Og hvad med børn?" after an answer from the page on influenza becomes "Influenza: Og hvad med børn?". The words tell
whether a question may lean; what the searches find with and without the subject decides whether it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from chatbots import retrieval
from chatbots.answering.context import Context
from chatbots.answering.judge import Assessment, assess, assessment
from chatbots.answering.leaning import Leaning, leaning_of
from chatbots.answering.rewriting import rewrite
from chatbots.exceptions import SnapshotError
from chatbots.glossary import in_danish_words
from chatbots.lexical import fold, is_stop_word, words
from chatbots.query import Query, read_question
from chatbots.retrieval import Retrieval
from chatbots.serving import current_snapshot, repairer
from chatbots.types import Status
from content.models import PATH_PREFIXES, Page

#: A question with more words, or more that may name a subject, stands alone: by whether it goes on or refers.
_MOST_SUBJECTS = {True: 3, False: 1}
_MOST_WORDS = {True: 14, False: 11}
#: How much surer the judge must be with the subject than without, by the same.
_SURER = {True: -0.2, False: 0.05}
#: The same of a question that names nothing: which page it finds by itself is chance.
_SURER_OF_NOTHING = -0.3
#: Letters that a word must share with the title of a page to name it: "flåt" names "Flåtbid".
_SHARED_LETTERS = 4
#: Letters at a word's end that inflection may change; letters of the last part of a compound.
_ENDING = 2
_SHORTEST_END = 3
#: Turns that are looked back on for a subject.
_LOOK_BACK = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """What the question may be about: a page, or the question of an earlier turn that no page answered."""

    name: str
    page_id: int | None = None
    #: The question that was asked about it, "" when the visitor merely stands on its page.
    asked: str = ""

    @property
    def is_talked_about(self) -> bool:
        return bool(self.asked)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A wording of the question, and what it finds."""

    text: str
    found: Retrieval
    judged: Assessment

    @property
    def best(self) -> Page | None:
        hits = self.judged.evidence or self.found.hits(self.found.query.language)
        return hits[0].page if hits else None


def contextualise(context: Context) -> None:
    """Make the question whole where it leans; say in a notice what it was taken to be about."""
    question, query = context.question, context.query
    assert query is not None
    if not (question.turns or question.page) or context.was_handed_over:
        return
    leaning = leaning_of(query.repaired, query.language, _known_words(context))
    if not _may_lean(leaning):
        return
    alone: _Trial | None = None
    for subject in _subjects(context):
        alone = alone or _tried_as_it_is(context)
        if (whole := _made_whole(context, leaning, alone, subject)) is not None:
            _take(context, _rewritten(context, whole), subject)
            return


def _take(context: Context, whole: _Trial, subject: Subject) -> None:
    context.asked, context.query = whole.text, whole.found.query
    context.retrieval, context.assessment = whole.found, whole.judged
    context.notices.append(_notice(whole, subject))


def _rewritten(context: Context, whole: _Trial) -> _Trial:
    """Return the question in a language model's words, where they find the same page and the judge is surer of it."""
    if context.question.quotes_only:
        return whole
    text = rewrite(context.question.message, context.question.turns, context.language)
    if text is None:
        return whole
    trial = _tried(context, text)
    same = trial.best is not None and whole.best is not None and trial.best.pk == whole.best.pk
    surer = trial.judged.answers and trial.judged.confidence > whole.judged.confidence
    return trial if same and surer else whole


def _may_lean(leaning: Leaning) -> bool:
    """Tell the few questions that are worth a second search."""
    few = len(leaning.subjects) <= _MOST_SUBJECTS[leaning.is_cued]
    return leaning.names_nothing or (few and leaning.length <= _MOST_WORDS[leaning.is_cued])


def _known_words(context: Context) -> Callable[[str], bool]:
    """Return a function that tells the words of the bot's pages; every word counts when there is no index."""
    try:
        index = current_snapshot(context.bot.name).languages.get(context.language)
    except SnapshotError:
        index = None
    return repairer(index).knows if index is not None else lambda word: True


# ── The subjects ────────────────────────────────────────────────────────────────────────────────


def _subjects(context: Context) -> Iterator[Subject]:
    """Yield what the question may be about, the newest first.

    The page comes first when the visitor has gone there since the last answer, else after the conversation.
    """
    turns, path = context.question.turns, context.question.page
    page = _page_subject(context, path) if path else None
    has_moved = bool(path and turns and turns[-1].page and turns[-1].page != path)
    talk = _talk_subject(context)
    for subject in (page, talk) if has_moved else (talk, page):
        if subject is not None:
            yield subject


def _talk_subject(context: Context) -> Subject | None:
    """Return what was talked about last: the page that answered, or the question when none did."""
    for turn in reversed(context.question.turns[-_LOOK_BACK:]):
        if turn.sources and (page := page_at(turn.sources[0].url)):
            return Subject(_title_in(page, context.language), page.pk, turn.asked or turn.question)
        asked = turn.asked or turn.question
        if turn.status in _SAYS_WHAT_IT_IS_ABOUT and not leaning_of(asked, turn.language).names_nothing:
            return Subject(asked.strip(" ?!."), asked=asked)
    return None


#: Endings without a source whose question still says what the talk is about.
_SAYS_WHAT_IT_IS_ABOUT = frozenset(
    {Status.HANDOVER, Status.NO_ANSWER, Status.EMERGENCY, Status.REFUSED, Status.UNAVAILABLE}
)


def _page_subject(context: Context, path: str) -> Subject | None:
    page = page_at(path)
    return Subject(_title_in(page, context.language), page.pk) if page else None


def page_at(path: str) -> Page | None:
    """Return the public page with this address; an #anchor does not matter."""
    path = path.split("#")[0].split("?")[0]
    for (language, kind), prefix in sorted(PATH_PREFIXES.items(), key=lambda item: -len(item[1])):
        slug = path.removeprefix(prefix).strip("/")
        if path.startswith(prefix) and slug and "/" not in slug:
            return Page.objects.published().filter(language=language, kind=kind, slug=slug).first()
    return None


def _title_in(page: Page, language: str) -> str:
    """Return the page's title, that of its translation where there is one in `language`."""
    other = page.counterpart if page.language != language else None
    return other.title if other is not None and other.is_public() else page.title


# ── The choice ──────────────────────────────────────────────────────────────────────────────────


def _made_whole(context: Context, leaning: Leaning, alone: _Trial, subject: Subject) -> _Trial | None:
    """Return the question with its subject, None when it stands better alone."""
    if _names_another(leaning, alone, subject):
        return _tried_in_its_place(context, leaning, alone, subject)
    if leaning.subjects and not _is_worth_trying(leaning, alone, subject):
        return None
    whole = _tried_with(context, leaning, subject)
    asks_about_nothing = leaning.names_nothing and leaning.is_cued
    if asks_about_nothing and subject.is_talked_about:
        return whole  # Better no answer than one about something else.
    if not whole.judged.answers or whole.best is None or subject.page_id not in (None, whole.best.pk):
        return None
    if asks_about_nothing:
        return whole
    if leaning.subjects and subject.page_id is not None and not _is_said(whole, leaning.subjects):
        return None
    needed = _SURER_OF_NOTHING if leaning.names_nothing else _SURER[leaning.is_cued]
    return whole if whole.judged.confidence - alone.judged.confidence >= needed else None


def _is_worth_trying(leaning: Leaning, alone: _Trial, subject: Subject) -> bool:
    """Tell whether a question that may name a subject itself may be about this one after all."""
    return subject.page_id is not None or (leaning.is_cued and not alone.judged.answers)


def _tried_with(context: Context, leaning: Leaning, subject: Subject) -> _Trial:
    """Try the question after its subject; one that only goes on, after the question that it goes on from."""
    message = context.question.message
    if leaning.rest and subject.asked:
        return _tried(context, f"{_first_question(subject.asked)} {message}")
    assert context.query is not None
    return _tried(context, f"{subject.name}: {message}", focus=context.query.repaired)


def _first_question(asked: str) -> str:
    """Return the question without what it was gone on with: "Hvor længe smitter skoldkopper? Og hos voksne?"."""
    first = asked.split("?")[0].rstrip(" .!")
    return f"{first}?"


def _names_another(leaning: Leaning, alone: _Trial, subject: Subject) -> bool:
    """Tell whether a word of the question names the page that it finds by itself, and that is another one."""
    if alone.best is None or alone.best.pk == subject.page_id:
        return False
    title = [fold(word) for word in words(alone.best.title) if not is_stop_word(word, alone.best.language)]
    subjects = _as_said_on(alone.best, leaning.subjects, alone.found.query)
    return any(_shares_a_stem(word, named) for word in subjects for named in title)


def _as_said_on(page: Page, subjects: Iterable[str], query: Query) -> list[str]:
    """Return the question's own words, and those that a Danish page has for the words of an English question."""
    own = list(subjects)
    if (query.language, page.language) != ("en", "da"):
        return own
    return own + [fold(word) for subject in own for word in words(in_danish_words(subject))]


def _shares_a_stem(word: str, other: str) -> bool:
    """Tell words of one stem, and a compound from what it is made of: "flåt" and "Flåtbid", "lus" and "Hovedlus"."""
    short, long = sorted((word, other), key=len)
    if len(short) >= _SHORTEST_END and long.endswith(short):
        return True
    begins = max(_SHARED_LETTERS, len(short) - _ENDING)
    return len(short) >= _SHARED_LETTERS and short[:begins] == long[:begins]


def _is_said(whole: _Trial, subjects: Sequence[str]) -> bool:
    """Tell whether one of the question's own words stands on the page that was found."""
    assert whole.best is not None
    hits = whole.found.hits(whole.best.language)
    said = {
        fold(word)
        for hit in hits
        if hit.page.pk == whole.best.pk
        for word in words(" ".join((hit.page.title, *hit.chunk.heading_path, hit.chunk.text)))
    }
    asked = _as_said_on(whole.best, subjects, whole.found.query)
    return any(_shares_a_stem(subject, word) for subject in asked for word in said if len(word) >= _SHORTEST_END)


def _tried_in_its_place(context: Context, leaning: Leaning, alone: _Trial, subject: Subject) -> _Trial | None:
    """Return the earlier question asked of another subject: "Hvor længe varer en forkølelse?" – "Og influenza?"."""
    if not leaning.goes_on or not leaning.rest or not subject.asked or alone.best is None:
        return None
    named = [fold(word) for word in words(subject.name)]
    said = context.question.turns[-1].asked or context.question.turns[-1].question
    kept, replaced = [], False
    for piece in said.split():
        forms = _as_said_on(alone.best, map(fold, words(piece)), alone.found.query)
        is_subject = any(_shares_a_stem(form, name) for form in forms for name in named)
        if is_subject and replaced:
            continue
        kept.append(leaning.rest if is_subject else piece)
        replaced = replaced or is_subject
    if not replaced:
        return None
    swapped = _tried(context, " ".join(kept).rstrip("?!. ") + "?")
    same = swapped.best is not None and swapped.best.pk == alone.best.pk
    return swapped if same and swapped.judged.answers else None


def _tried_as_it_is(context: Context) -> _Trial:
    assert context.query is not None
    context.retrieval = retrieval.retrieve(context.bot, context.query)
    return _Trial(context.asked, context.retrieval, assessment(context))


def _tried(context: Context, text: str, *, focus: str = "") -> _Trial:
    query = read_question(context.bot, text, None, language=context.language)
    found = retrieval.retrieve(context.bot, replace(query, focus=focus))
    return _Trial(text, found, assess(found))


def _notice(whole: _Trial, subject: Subject) -> str:
    if subject.page_id is not None and whole.best is not None and whole.best.pk == subject.page_id:
        return _("Jeg går ud fra, at du spørger om “%(subject)s”.") % {"subject": subject.name}
    return _("Jeg forstår dit spørgsmål som: %(question)s") % {"question": whole.text}
