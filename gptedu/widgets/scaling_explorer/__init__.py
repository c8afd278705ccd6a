"""ScalingExplorer: which runs a law may see, and what it says of a run that it has not seen."""

from .widget import ScalingExplorer

__all__ = ["ScalingExplorer"]
