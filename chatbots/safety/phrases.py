"""Find phrases in what somebody typed, in whatever inflection and spelling.

    trække* ikke vejret          words in this order, each also in its other endings
    far/mor … skæv mund          one word or the other; … stands for up to three words
    bryst*  *kramper             words that begin or end so

"traekker ikke vejret", "trækker ik vejret" and "træker ikke vejret" all match the first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chatbots.lexical import fold, stem_words, words

#: Words that a "…" may stand for.
GAP = 3
_GAPS = frozenset({"…", "...", "*"})
#: Shortest word that may be misspelt, and the length from which two letters may differ.
_MIN_TYPO = 5
_TWO_EDITS_FROM = 9
#: Ways to type small words that a phrase writes out.
_SPOKEN = {
    "ik": "ikke", "ikk": "ikke", "ike": "ikke", "itj": "ikke", "ikkje": "ikke", "inte": "ikke", "icke": "ikke",
    "mej": "mig", "meg": "mig", "jag": "jeg", "jg": "jeg", "jeh": "jeg", "eg": "jeg", "och": "og",
    "hon": "hun", "ho": "hun", "dont": "not", "cant": "not", "wont": "not", "isnt": "not", "doesnt": "not",
    "lgie": "lige", "osse": "ogsa", "nog": "noget", "mit": "min",
    "mine": "min", "u": "you", "ur": "your", "r": "are",
}  # fmt: skip


class PhraseError(ValueError):
    """A phrase that cannot be read, and why."""

    def __init__(self, line: str, why: str) -> None:
        super().__init__(line)
        self.line, self.why = line, why


@dataclass(frozen=True, slots=True)
class Form:
    """One word of a phrase: written out, or only its beginning or end."""

    text: str  # folded
    kind: str  # "word", "prefix" or "suffix"


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of a phrase, each one or several alternatives; an empty set is a gap."""

    line: str
    elements: tuple[frozenset[Form], ...]


def parse_phrases(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of `text`, one a line. Raises PhraseError."""
    return tuple(_parse(line.strip()) for line in text.splitlines() if line.strip())


def _parse(line: str) -> Phrase:
    elements: list[frozenset[Form]] = []
    for part in line.lower().split():
        if part in _GAPS:
            if elements and elements[-1]:
                elements.append(frozenset())
            continue
        forms = frozenset(form for word in part.split("/") for form in [_form(word)] if form)
        if not forms:
            raise PhraseError(line, part)
        elements.append(forms)
    while elements and not elements[-1]:
        elements.pop()
    if not elements:
        raise PhraseError(line, line)
    if len(elements) == 1 and all(form.kind != "word" and len(form.text) < 2 for form in elements[0]):
        raise PhraseError(line, line)
    return Phrase(line, tuple(elements))


def _form(word: str) -> Form | None:
    kind = "prefix" if word.endswith("*") else "suffix" if word.startswith("*") else "word"
    found = words(word.replace("'", ""))
    return Form(_spoken(fold("".join(found))), kind) if found else None


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a sentence: as typed, and as they are compared."""

    typed: tuple[str, ...]
    folded: tuple[str, ...]


def tokens(text: str) -> Tokens:
    """Return the words of `text`. Apostrophes join: can't ▸ cant ▸ not."""
    text = unicodedata.normalize("NFKC", text)
    for mark in "'’´`":
        text = text.replace(mark, "")
    typed = tuple(words(text))
    return Tokens(typed, tuple(_spoken(_shortened(fold(word))) for word in typed))


def _spoken(word: str) -> str:
    return _SPOKEN.get(word, word)


def _shortened(word: str) -> str:
    """Return a word without letters drawn out: hjæææælp ▸ hjælp."""
    return "".join(c for at, c in enumerate(word) if c.isdigit() or at < 2 or not (c == word[at - 1] == word[at - 2]))


class Matcher:
    """Knows every word of a set of phrases, and finds which of them a sentence has."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        forms = {form for phrase in phrases for element in phrase.elements for form in element}
        self._exact: dict[str, set[Form]] = {}
        self._stems: dict[str, set[Form]] = {}
        self._parts = sorted((form for form in forms if form.kind != "word"), key=lambda form: form.text)
        whole = sorted((form for form in forms if form.kind == "word"), key=lambda form: form.text)
        for form in whole:
            self._exact.setdefault(form.text, set()).add(form)
        for language in ("da", "en"):
            for form, stem in zip(whole, stem_words([form.text for form in whole], language), strict=True):
                if len(stem) > 2:
                    self._stems.setdefault(stem, set()).add(form)
        self._whole = [form for form in whole if len(form.text) >= _MIN_TYPO]
        self._spellings = [form.text for form in self._whole]

    def read(self, said: Tokens) -> tuple[frozenset[Form], ...]:
        """Return for each word of a sentence which words of the phrases it can be. No word is kept."""
        return tuple(self._find_forms(folded, typed) for folded, typed in zip(said.folded, said.typed, strict=True))

    def _find_forms(self, folded: str, typed: str) -> frozenset[Form]:
        found = set(self._exact.get(folded, ()))
        for language in ("da", "en"):
            found |= self._stems.get(stem_words([folded], language)[0], set())
        for form in self._parts:
            fits = folded.startswith(form.text) if form.kind == "prefix" else folded.endswith(form.text)
            if fits:
                found.add(form)
        if not found and len(folded) >= _MIN_TYPO and not folded.isdigit() and not _is_word(typed):
            found = self._nearest(folded)
        return frozenset(found)

    def _nearest(self, folded: str) -> set[Form]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        edits = 2 if len(folded) >= _TWO_EDITS_FROM else 1
        near = extract(folded, self._spellings, scorer=OSA.distance, score_cutoff=edits, limit=4)
        near = [(distance, at) for word, distance, at in near if word[0] == folded[0] or distance <= 1]
        if not near:
            return set()
        best = min(distance for distance, _ in near)
        return {self._whole[at] for distance, at in near if distance == best}


def _is_word(typed: str) -> bool:
    """Tell a word of the language from a misspelt one: "blodprøve" is no misspelt "blodprop"."""
    import simplemma

    return simplemma.is_known(typed, lang="da") or simplemma.is_known(typed, lang="en")


def find(phrase: Phrase, forms: Sequence[frozenset[Form]]) -> tuple[int, int] | None:
    """Return where a phrase first stands, as (first word, word after the last); None when it does not."""
    for start in range(len(forms)):
        if forms[start] & phrase.elements[0] and (end := _match(phrase.elements, 1, forms, start + 1)):
            return start, end
    return None


def _match(elements: Sequence[frozenset[Form]], at: int, forms: Sequence[frozenset[Form]], position: int) -> int:
    """Return the word after the match of the elements from `at` on; 0 for none."""
    if at == len(elements):
        return position
    if elements[at]:
        if position < len(forms) and forms[position] & elements[at]:
            return _match(elements, at + 1, forms, position + 1)
        return 0
    for skipped in range(GAP + 1):
        if end := _match(elements, at + 1, forms, position + skipped):
            return end
    return 0


def matches(phrases: Iterable[Phrase], forms: Sequence[frozenset[Form]]) -> Iterator[tuple[Phrase, int, int]]:
    """Give each phrase that stands in a sentence, with where."""
    present = frozenset().union(*forms) if forms else frozenset()
    for phrase in phrases:
        if all(not element or element & present for element in phrase.elements):
            place = find(phrase, forms)
            if place:
                yield phrase, *place
