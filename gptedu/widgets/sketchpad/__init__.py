"""Sketchpad: draw, and see what CLIP and a model that is asked make of the drawing."""

from .widget import Sketchpad

__all__ = ["Sketchpad"]
