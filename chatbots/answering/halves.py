"""Split a question into the questions it is made of. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What a question begins with: a question word, maybe after a preposition, or a verb before its subject.
_ASKS_WHAT = (
    r"(?:(?:fra|til|ved|i|på|om|med|hos|efter|for|from|at|in|on|by|to|with|until|after|before)\s+)?"
    r"(?:hvad|hvor|hvordan|hvorfor|hvornår|hvilke[nt]?|hvem|what|how|when|where|which|who|why)\b"
)
_ASKS_WHETHER = (
    r"(?:kan|må|skal|er|har|koster|findes|får|gælder|smitter|varer|hjælper|virker|vil|bør|tager|giver|kommer)\s+"
    r"(?:jeg|du|man|vi|i|han|hun|det|den|der|de|mit|min|mine|vores|hans|hendes)\b|"
    r"(?:can|may|should|is|are|do|does|did|will|has|have|must|could)\s+"
    r"(?:i|you|we|he|she|it|they|there|my|our|his|her|the|a|an|this|that)\b"
)
_ASKS = f"(?:{_ASKS_WHAT}|{_ASKS_WHETHER})"
_BORDER = re.compile(
    rf"(?:(?<=[?!.;])\s+|\s*,?\s+(?:og|samt|men|and|but|plus)\s+(?:så\s+|også\s+|also\s+)?)(?={_ASKS})"
    rf"|\s*,\s+(?={_ASKS_WHAT})",
    re.IGNORECASE,
)
_QUESTION = re.compile(rf"\W*(?:(?:og|men|så|and|but|hej|hello|hi)\W+)*{_ASKS}", re.IGNORECASE)
#: Shorter ones are no questions: "hvad så".
_FEWEST_WORDS = 3
#: More questions than this are a story, and are taken as one.
MOST = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One question of several. `before` is what was said before it, to which it may refer."""

    text: str
    before: str


def questions_in(text: str) -> tuple[Piece, ...]:
    """Return the questions that `text` is made of; empty when it is one, or a long story.

    "jeg har roskildesyge. hvordan melder jeg fra, og hvor længe smitter det" ▸ "hvordan melder jeg fra" and
    "hvor længe smitter det", the latter before which "jeg har roskildesyge. hvordan melder jeg fra" was said.
    """
    pieces = [piece.strip(" ,") for piece in _BORDER.split(text) if piece.strip(" ,")]
    found = [Piece(piece, " ".join(pieces[:at])) for at, piece in enumerate(pieces) if _QUESTION.match(piece)]
    if not 2 <= len(found) <= MOST or any(len(piece.text.split()) < _FEWEST_WORDS for piece in found):
        return ()
    return tuple(found)
