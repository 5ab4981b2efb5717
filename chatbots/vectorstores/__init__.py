"""Where the chunks' vectors are kept and searched. One backend, named in settings, serves both bots."""

from chatbots.vectorstores.base import LanguageVectors, VectorStore, get_vector_store, store_path

__all__ = ["LanguageVectors", "VectorStore", "get_vector_store", "store_path"]
