"""How easily the Danish of the interface is read: `python -m bench.plain_danish` prints the LIX of each group of texts.

LIX (Björnsson, Läsbarhet, 1968) is the words per sentence plus the words of more than six letters in a hundred. Below
25 is a children's book, 25-34 easy (fiction), 35-44 a newspaper, 45-54 a report, from 55 on law and science.

Labels ("Luk", "Vælg, hvem du vil spørge") are no sentences: put together they would make a group look easier than what
one reads in it. So only texts that end as a sentence does are measured, the sentences of a group joined; the number of
labels stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import yaml

from bench.marked_texts import texts_by_file

CONTACTS = Path(__file__).resolve().parent.parent / "chatbots" / "safety" / "seed" / "contacts.yaml"
#: The groups, and the files whose texts they are; a file is of the first group that it fits.
GROUPS: dict[str, tuple[str, ...]] = {
    "Canned replies": ("chatbots/bots.py", "chatbots/answering/*", "chatbots/answering/grounding/*"),
    "Help cards": ("chatbots/safety/topics.py", "chatbots/safety/cards.py", "chatbots/safety/hours_in_words.py"),
    "Chat": ("templates/chatbots/*", "chatbots/forms.py", "chatbots/views.py"),
    "Search": ("templates/search/*", "chatbots/search/*"),
    "Pages": (
        "templates/*.html", "templates/content/*", "templates/page_feedback/*", "content/views.py", "content/menus.py",
        "content/feeds.py", "content/care.py", "content/advice.py", "chatbots/page_feedback/forms.py",
        "chatbots/page_feedback/views.py",
    ),
    "Problem details": ("chatbots/api/*", "chatbots/partners/problems.py"),
    "Admin": ("*",),
}  # fmt: skip

_TAG = re.compile(r"<[^>]+>")
#: What stands for a word or a number that is put in: %(name)s, %d, {name}.
_PUT_IN = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
#: A word, or a number with its groups ("62 00 40 00"), which is read as one.
_WORD = re.compile(r"\d+(?:[ .:,]\d+)*|[^\W\d_]+(?:[-’'.][^\W\d_]+)*")
_END = re.compile(r"[.!?:](?=[”»\")]*(?:\s|$))")
LONG = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """What LIX is made of."""

    words: int
    long_words: int
    sentences: int

    @property
    def words_per_sentence(self) -> float:
        return self.words / max(1, self.sentences)

    @property
    def long_share(self) -> float:
        """Return the words of more than six letters in a hundred."""
        return 100 * self.long_words / max(1, self.words)

    @property
    def lix(self) -> float:
        return self.words_per_sentence + self.long_share


@dataclass(frozen=True, slots=True)
class Group:
    """The texts of one kind: those that are sentences, and the labels."""

    name: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def reading(self) -> Reading:
        return reading(" ".join(self.texts))


def reading(text: str) -> Reading:
    """Count the words of `text`, those of more than six letters, and its sentences; a colon ends one, as in LIX."""
    plain = _PUT_IN.sub("10", _TAG.sub("", text)).replace("…", " ").strip()
    ends = len(_END.findall(plain)) + (not re.search(r"[.!?:][”»\")]*$", plain))
    words = _WORD.findall(plain)
    long_words = sum(len(re.sub(r"[^\w]", "", word)) > LONG and not word[0].isdigit() for word in words)
    return Reading(len(words), long_words, ends)


def is_sentence(text: str) -> bool:
    return bool(re.search(r"[.!?][”»\")]*$", _TAG.sub("", text).strip()))


def groups() -> list[Group]:
    """Return the Danish texts of the interface, each once in each group that shows it."""
    found: dict[str, dict[str, None]] = {name: {} for name in GROUPS}
    for path, texts in texts_by_file().items():
        name = next(name for name, patterns in GROUPS.items() if _fits(path, patterns))
        found[name] |= dict.fromkeys(texts)
    found["Help cards"] |= dict.fromkeys(_contacts())
    return [_group(name, texts) for name, texts in found.items()]


def _fits(path: str, patterns: Sequence[str]) -> bool:
    """Say whether a path fits; a star stands for one name, and alone for every path."""
    return "*" in patterns or any(PurePath(f"/{path}").match(f"/{pattern}") for pattern in patterns)


def _group(name: str, texts: Iterable[str]) -> Group:
    sentences = tuple(text for text in texts if is_sentence(text))
    return Group(name, sentences, tuple(text for text in texts if not is_sentence(text)))


def _contacts() -> Iterable[str]:
    """Yield what the cards say of each contact."""
    for row in yaml.safe_load(CONTACTS.read_text()):
        yield f"{row['purpose'].rstrip('.')}. {row['audience'].rstrip('.')}."


def hardest(group: Group, *, sentences: int = 2) -> list[tuple[float, str]]:
    """Return the texts of more than `sentences` sentences with their LIX, the hardest first."""
    read = [(reading(text), text) for text in group.texts]
    return sorted(((one.lix, text) for one, text in read if one.sentences > sentences), reverse=True)


def table(measured: Sequence[Group]) -> str:
    """Return the figures as a table of Markdown."""
    lines = ["| Texts | Sentences | Words a sentence | Long words in 100 | LIX | Hardest text | Labels |"]
    lines.append("|---" * 7 + "|")
    for group in measured:
        one, hard = group.reading, hardest(group)
        worst = f"{hard[0][0]:.0f}" if hard else "–"
        lines.append(
            f"| {group.name} | {one.sentences} | {one.words_per_sentence:.1f} | {one.long_share:.0f} | "
            f"{one.lix:.0f} | {worst} | {len(group.labels)} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(groups()))
