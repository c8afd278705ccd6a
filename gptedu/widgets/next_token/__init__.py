"""NextToken: the distribution at any position, sampling with its tree, and the logit lens."""

from .widget import NextToken

__all__ = ["NextToken"]
