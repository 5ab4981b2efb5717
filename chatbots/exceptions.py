"""What can go wrong, drawn as a tree.

ChatbotsError
├── UnknownBot            no bot has that name
├── BackendError          a backend in settings cannot be used as it is set
│   ├── ModelMissing      the embedding model is not on this machine; `prepare_model` prepares it
│   └── ModelDamaged      a model's files are not what they should be
├── LLMError              the language model gives no text, or not all of it
│   ├── LLMBusy           too many wait for it already
│   ├── LLMTimeout        the first word, or the last, did not come in time
│   ├── LLMUnavailable    it cannot be loaded or reached, or it refuses
│   │   └── CircuitOpen   it failed so often of late that it is left alone for a while
│   └── LLMInterrupted    the text broke off before its end
├── SnapshotError         no generation of a bot's index can be used
│   └── SnapshotDamaged   files on disk are not what their manifest says
├── ConversationNotFound  the token is unknown, expired or forgotten
└── AnswerNotFound        no answer with that id is kept
"""


class ChatbotsError(Exception):
    """Base of every error this app raises on purpose."""


class UnknownBot(ChatbotsError):
    """No bot has that name."""


class BackendError(ChatbotsError):
    """A backend cannot be used as it is set."""


class ModelMissing(BackendError):
    """The embedding model is not on this machine."""


class ModelDamaged(BackendError):
    """A model's files are not what they should be."""


class LLMError(ChatbotsError):
    """The language model gives no text, or not all of it."""


class LLMBusy(LLMError):
    """Too many wait for the language model already."""


class LLMTimeout(LLMError):
    """The language model's first word, or its last, did not come in time."""


class LLMUnavailable(LLMError):
    """The language model cannot be loaded or reached, or it refuses."""


class CircuitOpen(LLMUnavailable):
    """The language model failed so often of late that it is left alone for a while."""


class LLMInterrupted(LLMError):
    """The language model's text broke off before its end."""


class SnapshotError(ChatbotsError):
    """No generation of a bot's index can be used."""


class SnapshotDamaged(SnapshotError):
    """Files on disk are not what their manifest says."""


class ConversationNotFound(ChatbotsError):
    """The token is unknown, expired or forgotten."""


class AnswerNotFound(ChatbotsError):
    """No answer with that id is kept."""
