"""The rules, compiled, and which of them a sentence meets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatbots.safety.phrases import Matcher, Phrase, find, matches, parse_phrases, tokens


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as an editor wrote it. `outcome` is "emergency" or "beside"; a strict rule decides alone."""

    name: str
    topic: str
    outcome: str
    strict: bool
    phrases: tuple[Phrase, ...]
    needs: tuple[Phrase, ...] = ()
    blocked_by: tuple[Phrase, ...] = ()

    @classmethod
    def written(
        cls, *, name: str, topic: str, outcome: str, strict: bool, phrases: str, needs: str, blocked_by: str
    ) -> Rule:
        """Compile a rule. Raises PhraseError."""
        return cls(
            name, topic, outcome, strict, parse_phrases(phrases), parse_phrases(needs), parse_phrases(blocked_by)
        )


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule whose phrase stands in a sentence. It does not count when `lacks` a needed phrase or is `blocked`."""

    rule: Rule
    phrase: str
    words: str  # what was typed
    lacks: bool = False
    blocked: str = ""

    @property
    def counts(self) -> bool:
        return not self.lacks and not self.blocked


class RuleBook:
    """All rules that are in use."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._matcher = Matcher(
            phrase for rule in rules for group in (rule.phrases, rule.needs, rule.blocked_by) for phrase in group
        )

    def hits(self, text: str) -> list[RuleHit]:
        """Return a hit for each rule with a phrase in `text`, those that do not count with the reason."""
        said = tokens(text)
        forms = self._matcher.read(said)
        found = []
        for rule in self.rules:
            first = next(matches(rule.phrases, forms), None)
            if first is None:
                continue
            phrase, start, end = first
            lacks = bool(rule.needs) and not any(find(needed, forms) for needed in rule.needs)
            blocked = next((block.line for block, *_ in matches(rule.blocked_by, forms)), "")
            found.append(RuleHit(rule, phrase.line, " ".join(said.typed[start:end]), lacks, blocked))
        return found
