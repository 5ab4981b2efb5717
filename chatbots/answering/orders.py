"""Sentences on a page that are meant for a language model and not for a reader. Pure.

They are neither shown to the model nor grounds for what it writes. Wrongly kept out, a sentence can still be quoted.
"""

from __future__ import annotations

import re

_IGNORE = r"ignor\w*|glem|se bort fra|forget|disregard|overrule|bypass|override"
_RULES = (
    r"instru\w*|regl\w*|ordr\w*|prompt\w*|rules?|orders?|ovenst\w*|above|previous|tidligere|foregående|alt|everything"
)
_MODEL = r"ai|sprogmodel(?:len)?|chatbot(?:ten)?|robot(?:ten)?|assistent(?:en)?|assistant|language model|model"
_SAY = r"svar|skriv|sig|gentag|respond|reply|answer|write|say|repeat|print|output"
_SHOW = r"afslør|vis|reveal|show|print|leak"
_ORDERS = (
    rf"\b(?:{_IGNORE})\b.{{0,40}}\b(?:{_RULES})\b",
    r"\b(?:system ?prompt\w*|systembesked\w*|jailbreak\w*|developer mode|dan mode)\b",
    r"\b(?:du er nu|fra nu af (?:er|skal) du|you are now|from now on,? you|act as|pretend (?:to be|you))\b",
    r"\b(?:lad som om du er|opfør dig som)\b",
    rf"\b(?:as an?|som en|som|kære|dear) (?:{_MODEL})\b",
    rf"\b(?:til|to) (?:the )?(?:{_MODEL})\b.{{0,10}}:",
    rf"\b(?:{_SAY})\b.{{0,20}}\b(?:kun|udelukkende|ordret|altid|only|exactly|verbatim|always)\b.{{0,40}}[:\"“”']",
    rf"\b(?:{_SHOW})\b.{{0,30}}\b(?:instru\w*|prompt\w*|regler|rules|canary|hemmelig\w*|secret\w*)\b",
    r"<\|[^|<>]{0,40}\|>|\[/?INST\]|<</?SYS>>|^\s*(?:system|assistant|user|bruger)\s*:",
)
_ORDER = re.compile("|".join(f"(?:{pattern})" for pattern in _ORDERS), re.IGNORECASE)


def orders_a_model(text: str) -> bool:
    """Say whether a sentence tries to tell a language model what to do."""
    return bool(_ORDER.search(text))
