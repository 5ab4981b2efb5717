"""Words, stems and character grams, and BM25 over them.

Danish is typed with and without æ, ø and å: "søvn", "soevn" and "sovn" fold to the same term. Stems find other
endings; grams of four characters find parts of compounds and misspelt words.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
import threading
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

import numpy as np
import Stemmer

_WORD = re.compile(r"[^\W_]+")
_FOLDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "u", "ß": "ss"})
#: Letters of a gram, with the marks at the ends of a word.
GRAM = 4
_STEMMERS = {"da": "danish", "en": "english"}
_local = threading.local()

#: Words that carry no subject. Left out of stems, and of the words that a question must share with its answer.
STOP_WORDS = {
    "da": frozenset(
        """
        af alle alt altså anden andet at bare blev blive bliver da de dem den denne der deres det dette dig din dine dit
        dog du eller en end er et for fordi fra få får før gang godt gør gøre ham han hans har havde have hej hende her
        hos hun hvad hvem hver hvilke hvilken hvilket hvis hvor hvordan hvorfor hvornår i ikke ind ja jeg jer jeres jo
        kan kom kommer kunne lidt lige man mange med meget men mere mig min mine mit mon må måske ned nej nogen noget
        nogle nok nu når og også om op os over på sagt selv sig sin sine sit skal skulle som så sådan tak tid til
        ud under var ved vel vi vil ville være været år
        """.split()
    ),
    "en": frozenset(
        """
        a about after all also am an and any are as at be been but by can could did do does for from get got had has
        have he her here hi him his how i if in into is it its just like may me more my need no not of on one or our
        out please she should so some than that the their them then there they this to too up us very was we were what
        when where which who why will with would you your
        """.split()
    ),
}


def words(text: str) -> list[str]:
    """Return the words and numbers of `text`, in lower case."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def fold(word: str) -> str:
    """Return `word` without accents, and with every way to type æ, ø and å made the same: søvn, soevn ▸ sovn."""
    # No cache: it would keep what visitors type, to save a tenth of a microsecond.
    if not word.isascii():
        word = word.translate(_FOLDS)
        if not word.isascii():
            word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return word.replace("ae", "a").replace("oe", "o").replace("aa", "a")


_STOP_WORDS_BY_FOLD = {
    language: {fold(stop): stop for stop in sorted(stops, reverse=True)} for language, stops in STOP_WORDS.items()
}


def is_stop_word(word: str, language: str) -> bool:
    return fold(word) in _STOP_WORDS_BY_FOLD[language]


def stop_word(word: str, language: str) -> str:
    """Return a stop word as it is spelt: faa ▸ få."""
    return word if word in STOP_WORDS[language] else _STOP_WORDS_BY_FOLD[language][fold(word)]


def stem_words(terms: Sequence[str], language: str) -> list[str]:
    """Return the folded stem of each word."""
    stemmers = _local.__dict__.setdefault("stemmers", {})  # a Stemmer is not safe to share between threads
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(_STEMMERS[language])
    return [fold(stem) for stem in stemmers[language].stemWords(list(terms))]


def stems(text: str, language: str) -> list[str]:
    """Return the folded stems of the words of `text` that are no stop words."""
    return stem_words([word for word in words(text) if not is_stop_word(word, language)], language)


@functools.lru_cache(maxsize=20_000)
def stems_on_page(text: str, language: str) -> Set[str]:
    """Return the different stems of what a page says. Of pages alone: what a visitor types is never kept."""
    return frozenset(stems(text, language))


def grams(text: str, language: str) -> list[str]:
    """Return the character grams of the folded words of `text`, with a mark at both ends of each word."""
    return _grams(text, language, _word_grams)


def grams_on_page(text: str, language: str) -> list[str]:
    """Return the character grams of what a page says, quicker. Of pages alone: what a visitor types is never kept."""
    return _grams(text, language, _word_grams_on_page)


def _grams(text: str, language: str, grams_of: Callable[[str], tuple[str, ...]]) -> list[str]:
    result: list[str] = []
    for word in words(text):
        if not is_stop_word(word, language):
            result.extend(grams_of(fold(word)))
    return result


def _word_grams(word: str) -> tuple[str, ...]:
    marked = f"^{word}$"
    return tuple(marked[i : i + GRAM] for i in range(max(1, len(marked) - GRAM + 1)))


_word_grams_on_page = functools.lru_cache(maxsize=50_000)(_word_grams)


def term_hash(term: str) -> int:
    """Return a 64-bit hash of a term, the same in every process."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


#: Of pages alone: an index is made of the same terms again and again. What a visitor types is never kept.
_hash_on_page = functools.lru_cache(maxsize=200_000)(term_hash)


@dataclass(frozen=True, slots=True)
class Postings:
    """Which rows hold which term how often: a compressed sparse matrix, terms × rows.

    terms: (t,) uint64 hashes, ascending. starts: (t+1,) int64 into rows. rows: int32. counts: uint16.
    lengths: (n,) int32.
    """

    terms: np.ndarray
    starts: np.ndarray
    rows: np.ndarray
    counts: np.ndarray
    lengths: np.ndarray

    @classmethod
    def build(cls, documents: Iterable[Sequence[str]]) -> Postings:
        """Index documents, each a sequence of terms; row n is the n-th document."""
        # Arrays and not lists of pairs: a large index has tens of millions of them.
        hashes, counts, lengths, distinct = array("Q"), array("L"), array("i"), array("i")
        for terms in documents:
            counted = Counter(terms)
            hashes.extend(map(_hash_on_page, counted))
            counts.extend(counted.values())
            lengths.append(len(terms))
            distinct.append(len(counted))
        by_document = np.frombuffer(hashes, np.uint64)
        order = np.argsort(by_document, kind="stable")  # within a term, rows ascend
        found, starts = np.unique(by_document[order], return_index=True)
        rows = np.repeat(np.arange(len(distinct), dtype=np.int32), np.frombuffer(distinct, np.int32))
        return cls(
            terms=found,
            starts=np.append(starts, len(order)).astype(np.int64),
            rows=rows[order],
            counts=np.minimum(np.frombuffer(counts, np.dtype("L")), 65_535).astype(np.uint16)[order],
            lengths=np.array(lengths, dtype=np.int32),
        )

    def of(self, term: str) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, counts) of a term; empty when no row has it."""
        value = np.uint64(term_hash(term))
        at = int(np.searchsorted(self.terms, value))
        if at == len(self.terms) or self.terms[at] != value:
            return self.rows[:0], self.counts[:0]
        piece = slice(self.starts[at], self.starts[at + 1])
        return self.rows[piece], self.counts[piece]

    def of_each(self, terms: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return what `of` does for each of many terms, looked up together."""
        values = np.fromiter(map(term_hash, terms), np.uint64, len(terms))
        at = np.searchsorted(self.terms, values)
        there = at < len(self.terms)
        there[there] = self.terms[at[there]] == values[there]
        starts, ends = np.where(there, self.starts[at], 0), np.where(there, self.starts[at + there], 0)
        return [(self.rows[a:b], self.counts[a:b]) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


class Bm25:
    """BM25 over the postings of one or more segments of one language, as one collection.

    Okapi BM25 with the idf of Lucene, ln(1 + (N − n + ½)/(n + ½)), which is never negative
    (Robertson & Zaragoza 2009, The Probabilistic Relevance Framework, §3).
    """

    def __init__(self, segments: Sequence[Postings], *, k1: float = 1.2, b: float = 0.75) -> None:
        self._segments = segments
        self._offsets = np.cumsum([0, *(len(segment.lengths) for segment in segments)])
        self.size = int(self._offsets[-1])
        lengths = np.concatenate([segment.lengths for segment in segments]) if segments else np.zeros(0, np.int32)
        mean = float(lengths.mean()) if self.size and lengths.any() else 1.0
        self._k1 = k1
        self._norms = (k1 * (1 - b + b * lengths / mean)).astype(np.float32)

    def idf(self, term: str) -> float:
        """Return how telling a term is; the most for one that no row has."""
        found = sum(len(segment.of(term)[0]) for segment in self._segments)
        return math.log(1 + (self.size - found + 0.5) / (found + 0.5))

    def has_together(self, terms: Iterable[str]) -> bool:
        """Tell whether one row has all of `terms`; never for none."""
        wanted = list(dict.fromkeys(terms))
        if not wanted:
            return False
        return any(
            len(functools.reduce(np.intersect1d, [segment.of(term)[0] for term in wanted]))
            for segment in self._segments
        )

    def scores(self, terms: Iterable[str]) -> np.ndarray:
        """Return the score of every row, float32, shape (size,). A term counts once, however often it is asked."""
        scores = np.zeros(self.size, dtype=np.float32)
        wanted = list(dict.fromkeys(terms))
        for hits in zip(*(segment.of_each(wanted) for segment in self._segments), strict=True):
            found = sum(len(rows) for rows, _ in hits)
            if not found:
                continue
            idf = math.log(1 + (self.size - found + 0.5) / (found + 0.5))
            for offset, (rows, counts) in zip(self._offsets, hits, strict=False):
                if len(rows):
                    at = rows + offset
                    scores[at] += idf * counts * (self._k1 + 1) / (counts + self._norms[at])
        return scores
