"""PPOMonitor: a policy that trains while one watches, pauses it and changes beta."""

from .widget import PPOMonitor

__all__ = ["PPOMonitor"]
