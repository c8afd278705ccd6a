"""TaskFormats: four little forms become rows of tokens, and one network reads them all."""

from .widget import TaskFormats

__all__ = ["TaskFormats"]
