"""What the bots keep in the database: the wanted and reached state of each page's index, and the chunks themselves."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatbots.conversation_models import Conversation, Feedback, Turn
from chatbots.indexing.sentences import readable_text
from chatbots.page_feedback.models import PageFeedback
from chatbots.partners.models import Partner, PartnerDay
from chatbots.safety.models import HelpContact, TriageExample, TriageRule

__all__ = [
    "BotState",
    "Chunk",
    "Conversation",
    "Feedback",
    "HelpContact",
    "IndexState",
    "PageFeedback",
    "Partner",
    "PartnerDay",
    "TriageExample",
    "TriageRule",
    "Turn",
]


class IndexStateQuerySet(models.QuerySet["IndexState"]):
    def behind(self, recipe: str) -> IndexStateQuerySet:
        """States that indexing under `recipe` has not brought to what is wanted."""
        return self.exclude(indexed=F("wanted"), recipe=recipe)


class IndexState(models.Model):
    """What one bot should know of one page (`wanted`), and what it does know (`indexed`), as digests."""

    page = models.ForeignKey("content.Page", on_delete=models.CASCADE, related_name="index_states")
    bot = models.CharField(max_length=20)
    wanted = models.CharField(max_length=64, blank=True)
    wanted_at = models.DateTimeField(default=timezone.now)
    indexed = models.CharField(max_length=64, blank=True)
    indexed_at = models.DateTimeField(null=True)
    recipe = models.CharField(max_length=200, blank=True)
    chunk_count = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)

    objects = IndexStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("indeks")
        verbose_name_plural = _("robotternes indeks")
        constraints = [models.UniqueConstraint(fields=["page", "bot"], name="index_state_of_page_and_bot")]

    def __str__(self) -> str:
        return f"{self.bot}: {self.page_id}"


class Chunk(models.Model):
    """A passage of a page as one bot knows it, with its vectors. Never changed in what is searched: replaced."""

    page = models.ForeignKey("content.Page", on_delete=models.CASCADE, related_name="chunks")
    bot = models.CharField(max_length=20)
    #: Model and chunker that made this row. Rows of two recipes may stand side by side; an index holds one.
    recipe = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    ordinal = models.PositiveIntegerField()
    anchor = models.CharField(max_length=250, blank=True)
    heading_path = models.JSONField(default=list)
    text = models.TextField(blank=True)
    #: The attached questions that this chunk, of all the page's, answers best.
    questions = models.JSONField(default=list)
    #: sha256 of title, headings and text.
    text_digest = models.CharField(max_length=64)
    #: sha256 of everything that is searched: title, headings, text, questions, language.
    digest = models.CharField(max_length=64)
    #: float32 unit vectors, dimension d: the embedded text (1, d), each question (q, d).
    vector = models.BinaryField()
    question_vectors = models.BinaryField(default=bytes)
    #: float16 unit vectors of the statements of `text`, (s, d).
    statement_vectors = models.BinaryField(default=bytes)

    class Meta:
        indexes = [
            models.Index(fields=["bot", "recipe"], name="chunk_of_bot"),
            models.Index(fields=["page", "bot", "recipe"], name="chunk_of_page"),
        ]

    def __str__(self) -> str:
        return " › ".join([str(self.page_id), *self.heading_path])

    @property
    def readable(self) -> str:
        """The text with its table rows as text that stands alone."""
        return readable_text(self.text)


class BotState(models.Model):
    """What an operator should know of one bot's index beyond its pages."""

    bot = models.CharField(max_length=20, unique=True)
    error = models.TextField(_("seneste fejl"), blank=True)
    error_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.bot
