"""What the API takes and gives, field by field."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chatbots.api.languages import LANGUAGES
from chatbots.bots import BOTS, MAX_MESSAGE_LENGTH
from chatbots.question_text import clean
from chatbots.types import Status

MAX_COMMENT_LENGTH = 1000
MAX_TOKEN_LENGTH = 100
MAX_PATH_LENGTH = 500

LANGUAGE_ERRORS = {"invalid_choice": _("Sproget skal være da eller en.")}


class TextField(serializers.CharField):
    """A string and nothing that merely can become one; control characters fall away."""

    default_error_messages = {"invalid": _("Skriv tekst.")}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None:
            if not isinstance(data, str):
                self.fail("invalid")
            data = clean(data)
        return super().run_validation(data)


class FlagField(serializers.BooleanField):
    """true or false, and nothing that merely can become one: `not_urgent` of "no" must not set a help card aside."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class ChatQuestionSerializer(serializers.Serializer):
    """A question, and where in which conversation it is asked."""

    message = TextField(
        max_length=MAX_MESSAGE_LENGTH,
        error_messages={
            "required": _("Skriv et spørgsmål."),
            "null": _("Skriv et spørgsmål."),
            "blank": _("Skriv et spørgsmål."),
            "max_length": _("Spørgsmålet er for langt. Skriv højst {max_length} tegn."),
        },
    )
    conversation = TextField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=MAX_TOKEN_LENGTH,
        help_text="The token of an earlier answer; none begins a new conversation.",
    )
    language = serializers.ChoiceField(LANGUAGES, required=False, allow_null=True, error_messages=LANGUAGE_ERRORS)
    page = serializers.RegexField(
        r"^/(?![/\\])[^\x00-\x20\x7f]*$",
        required=False,
        allow_null=True,
        max_length=MAX_PATH_LENGTH,
        help_text="Path of the page that the visitor is on.",
        error_messages={"invalid": _("Siden skal være en sti på hjemmesiden, der begynder med en skråstreg.")},
    )
    not_urgent = FlagField(
        required=False,
        help_text="The visitor has seen the help card and says that it is not urgent: answer all the same.",
        error_messages={"invalid": _("Skriv true eller false.")},
    )
    quotes_only = FlagField(
        required=False,
        help_text="Show the editors' own words and nothing that a language model wrote.",
        error_messages={"invalid": _("Skriv true eller false.")},
    )


class SourceSerializer(serializers.Serializer):
    """A passage that the answer builds on."""

    title = serializers.CharField()
    url = serializers.CharField(help_text="Path on this site, with the #anchor of the section.")
    heading = serializers.CharField()
    excerpt = serializers.CharField(help_text="The editor's own words.")
    kind = serializers.ChoiceField(["health", "page"])
    language = serializers.ChoiceField(LANGUAGES)
    reviewed_on = serializers.DateField(allow_null=True)
    score = serializers.FloatField(help_text="0 to 1, comparable within one answer.")
    breadcrumb = serializers.ListField(child=serializers.CharField(), required=False)
    review_due = serializers.DateField(allow_null=True, required=False)
    overdue = serializers.BooleanField(default=False, help_text="The page should have been reviewed before today.")


class HelpCardSerializer(serializers.Serializer):
    """A fixed box with ways to get help."""

    level = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    contacts = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    checked = serializers.CharField(default="", help_text="When the numbers were last looked at, in a sentence.")


class HandoverSerializer(serializers.Serializer):
    """The bot that can answer better, and the question to ask it."""

    bot = serializers.ChoiceField(list(BOTS))
    question = serializers.CharField()


class SuggestionSerializer(serializers.Serializer):
    """A page worth a look."""

    title = serializers.CharField()
    url = serializers.CharField()


class AnswerSerializer(serializers.Serializer):
    """An answer, whole. In a stream it is the data of the `done` event."""

    id = serializers.UUIDField()
    conversation = serializers.CharField(
        allow_null=True, help_text="Send it with the next question. Null when this answer could not be kept."
    )
    status = serializers.ChoiceField([status.value for status in Status])
    text = serializers.CharField()
    language = serializers.ChoiceField(LANGUAGES)
    sources = SourceSerializer(many=True)
    help_cards = HelpCardSerializer(many=True)
    handover = HandoverSerializer(allow_null=True)
    suggestions = SuggestionSerializer(many=True)
    question = serializers.CharField(
        required=False, help_text="The question without what identifies someone. Only when something was masked."
    )


class FeedbackSerializer(serializers.Serializer):
    """Whether an answer helped."""

    helpful = FlagField(
        error_messages={
            "required": _("Sig, om svaret hjalp: true eller false."),
            "null": _("Sig, om svaret hjalp: true eller false."),
            "invalid": _("Sig, om svaret hjalp: true eller false."),
        }
    )
    comment = TextField(
        required=False,
        allow_blank=True,
        max_length=MAX_COMMENT_LENGTH,
        error_messages={"max_length": _("Kommentaren er for lang. Skriv højst {max_length} tegn.")},
    )


class BotsQuerySerializer(serializers.Serializer):
    """The language to present the bots in; by default that of the Accept-Language header."""

    language = serializers.ChoiceField(LANGUAGES, required=False, error_messages=LANGUAGE_ERRORS)


class BotSerializer(serializers.Serializer):
    """How a bot presents itself."""

    name = serializers.CharField()
    title = serializers.CharField()
    greeting = serializers.CharField()
    notice = serializers.CharField()
    suggestions = serializers.ListField(child=serializers.CharField())
    chat_url = serializers.CharField(help_text="Where questions are posted.")
    page_url = serializers.CharField(help_text="The chat as a page of its own, which needs no JavaScript.")


class LimitsSerializer(serializers.Serializer):
    """What the API refuses to go beyond."""

    message_length = serializers.IntegerField(help_text="Characters in a question.")
    comment_length = serializers.IntegerField(help_text="Characters in a comment.")
    turns = serializers.IntegerField(help_text="Turns that a conversation keeps.")
    conversation_hours = serializers.FloatField(help_text="Hours that a question and its answer are kept.")


class EndpointsSerializer(serializers.Serializer):
    """Addresses with a placeholder in braces."""

    feedback = serializers.CharField()
    conversation = serializers.CharField()


class BotsSerializer(serializers.Serializer):
    """What a chat widget needs to know."""

    language = serializers.ChoiceField(LANGUAGES)
    bots = BotSerializer(many=True)
    writes_answers = serializers.BooleanField(
        help_text="Whether a language model is configured, so that `quotes_only` makes a difference."
    )
    limits = LimitsSerializer()
    endpoints = EndpointsSerializer()


class ProblemErrorSerializer(serializers.Serializer):
    """What is wrong with one field."""

    detail = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON pointer to the field, such as #/message.")


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457). `detail` is written for the visitor."""

    type = serializers.CharField(help_text="urn:vejviser:problem: and the name of the problem.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(required=False)
    errors = ProblemErrorSerializer(many=True, required=False)
