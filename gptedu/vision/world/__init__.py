"""The world in pictures: what there is, how it is drawn, what is said and asked of it.

held_out     which pairs training never shows
scenes       what is in a picture, as values; charts as values
drawing      24 x 24 pixels of it, in several styles; letters: words painted into it
captions     what is written below
questions    what is asked, with the answer; charts: sums of two bars, worked and checked
naming       invented names for things, from examples in the prompt
"""

from __future__ import annotations

from gptedu.vision.world.drawing import draw
from gptedu.vision.world.held_out import COLOURS, PLACES, SHAPES, colours_of
from gptedu.vision.world.scenes import Bar, Chart, Scene, Thing

__all__ = ["COLOURS", "PLACES", "SHAPES", "Bar", "Chart", "Scene", "Thing", "colours_of", "draw"]
