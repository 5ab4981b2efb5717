"""What can go wrong, drawn as a tree.

ChatbotsError
├── UnknownBot            no bot has that name
├── BackendError          a backend in settings cannot be used as it is set
│   ├── ModelMissing      the embedding model is not on this machine; `prepare_model` prepares it
│   └── ModelDamaged      a model's files are not what they should be
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


class SnapshotError(ChatbotsError):
    """No generation of a bot's index can be used."""


class SnapshotDamaged(SnapshotError):
    """Files on disk are not what their manifest says."""


class ConversationNotFound(ChatbotsError):
    """The token is unknown, expired or forgotten."""


class AnswerNotFound(ChatbotsError):
    """No answer with that id is kept."""
