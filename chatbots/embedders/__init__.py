"""Embedders turn text into unit vectors. One backend, named in settings, serves both bots."""

from chatbots.embedders.base import Embedder, embedder_that_made, forget_former, get_embedder, reset_embedder

__all__ = ["Embedder", "embedder_that_made", "forget_former", "get_embedder", "reset_embedder"]
