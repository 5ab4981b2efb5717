"""Embedders turn text into unit vectors. One backend, named in settings, serves both bots."""

from chatbots.embedders.base import Embedder, get_embedder, reset_embedder

__all__ = ["Embedder", "get_embedder", "reset_embedder"]
