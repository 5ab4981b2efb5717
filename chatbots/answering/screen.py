"""Step: reply to what is no question before anything is searched: a greeting, thanks, a lone letter.

What someone feels is no small talk: "jeg er ked af det" goes on to the steps that know what to do with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA

from chatbots.answering import canned
from chatbots.answering.context import Context
from chatbots.answering.leaning import leaning_of
from chatbots.lexical import fold, is_stop_word, words

_OPENING = r"((hej|ok|okay|ja|nej|super|fint|godt|hi|hello|well|yes|no|great|oh|naa|nå|men|but|og|and) )*"
#: Whole messages, in small letters and without punctuation, and the reply to each. The first that fits counts.
_SMALL_TALK: tuple[tuple[str, Callable[[Context], None]], ...] = (
    (
        r"(mange |tusind )*(tak|takker|tak skal du have|thanks|thank you|thx|cheers)"
        r"( mange| a lot| so much| very much)*"
        r"( (for|til) (hjælpen|svaret|det|dig|din hjælp|the help|your help|that|help))?"
        r"( (det var alt|det hjalp|det var en stor hjælp|that helped|farvel|bye|hej hej))*",
        canned.you_are_welcome,
    ),
    (
        r"(farvel|hej hej|hejhej|vi ses|hav en god dag|godnat|bye|bye bye|goodbye|see you|good night)"
        r"( (igen|så|then|later))*",
        canned.goodbye,
    ),
    (
        r"(hvem er du|hvad er du|hvad hedder du|who are you|what are you|what is your name|"
        r"(er du|taler jeg med) (et |en )?(rigtigt? |ægte |levende )?"
        r"(menneske|person|robot|maskine|computer|ai|læge|chatbot)|er der (et menneske|nogen)( der)?|"
        r"(are you|am i talking to) (a |an )?(real )?(human|person|robot|bot|machine|doctor|ai|chatbot))",
        canned.who_i_am,
    ),
    (
        r"(hvad kan du( hjælpe( mig)?( med)?)?|hvad kan jeg spørge( dig)?( om)?|hvad laver du|hvordan virker du|"
        r"kan du hjælpe( mig)?|hvad ved du( noget om)?|what can you do|what can i ask( you)?|what do you do|"
        r"(can|could) you help( me)?|how do you work|how can you help( me)?)",
        canned.what_i_can,
    ),
    (
        r"((det|svaret|du) (hjalp|hjælper|forstod|forstår|duede|passer|passede) "
        r"(mig )?(overhovedet )?ikke( mig| noget)?|"
        r"(det var|det er|det er da|du svarede) ikke "
        r"(det|svar på det|rigtigt|hvad)( (jeg|som jeg) (spurgte|mente|spørger)( om)?)?|"
        r"(det var |det er )?(et )?forkert( svar)?|du forstår mig ikke|"
        r"(that|this|it|the answer) (did not|didn t|does not|doesn t|is not|isn t|was not|wasn t) "
        r"(help|help me|helpful|what i asked|what i meant|right|correct)|wrong answer|"
        r"you (don t|do not) understand( me)?)",
        canned.did_not_help,
    ),
)
_REPLIES = tuple((re.compile(_OPENING + pattern), reply) for pattern, reply in _SMALL_TALK)
#: Longer messages are not compared: they say something.
_MOST_WORDS = 12
_FEWEST_OF_A_FEELING = 4
#: Letters from which on a word that differs by one is taken for one of the patterns.
_TYPO_FROM = 5
_KNOWN = sorted({word for pattern, _reply in _SMALL_TALK for word in re.findall(r"[^\W\d_]{5,}", pattern)})
#: Words that go with a greeting and ask about nothing on the site.
_PLEASANTRIES = frozenset(
    map(
        fold,
        "hej hejsa hejhej hey hallo hello hi goddag godmorgen godaften dav ok okay fint super jo ja nej hjælp svar "
        "help answer robot name yes good morning evening tak thanks".split(),
    )
)


def screen(context: Context) -> None:
    """End with a human reply to small talk, and to what holds no word to search for."""
    asked = words(context.question.message)
    if len(asked) <= _MOST_WORDS:
        said = " ".join(_as_in_a_pattern(word) for word in asked)
        for pattern, reply in _REPLIES:
            if pattern.fullmatch(said):
                reply(context)
                return
    says_nothing = not any(_says_something(fold(word)) for word in asked)
    if says_nothing and not _tells_of_oneself(asked) and not _may_lean(context):
        canned.greeting(context)


def _tells_of_oneself(asked: Sequence[str]) -> bool:
    """Tell "jeg har det ikke godt" from "jeg"."""
    return len(asked) >= _FEWEST_OF_A_FEELING and not {"jeg", "mig", "i", "me", "im"}.isdisjoint(asked)


def _as_in_a_pattern(word: str) -> str:
    """Return the word of the patterns that `word` is a mistyped form of, else `word`."""
    if len(word) < _TYPO_FROM or word in _KNOWN:
        return word
    near = [known for known in _KNOWN if OSA.distance(word, known, score_cutoff=1) <= 1 or fold(word) == fold(known)]
    return max(near, key=len, default=word)


def _may_lean(context: Context) -> bool:
    """Tell a question that only makes sense after what was said: "er en gang nok?", "hvor længe så?"."""
    question = context.question
    if not (question.turns or question.page):
        return False
    asks = question.message.rstrip().endswith("?") or _QUESTION_WORD.search(question.message)
    return bool(asks) and len(words(question.message)) > 1 and not _is_greeting(context)


_QUESTION_WORD = re.compile(
    r"\b(h?v(ad|or|ordan|ornår|orfor|em)|hvilke[nt]?|what|how|when|where|which|who|why)\b", re.IGNORECASE
)


def _is_greeting(context: Context) -> bool:
    message = context.question.message
    return any(fold(word) in _PLEASANTRIES for word in words(message)) and not leaning_of(message, "da").is_cued


def _says_something(word: str) -> bool:
    if word.isdigit():
        return True
    return len(word) > 1 and word not in _PLEASANTRIES and not any(is_stop_word(word, name) for name in ("da", "en"))
