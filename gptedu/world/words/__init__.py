"""The words of the web, and how they make a sentence; the same in every world.

lexicon    what there is, which words belong together, names and labels that training never shows
velan      the foreign language: its dictionary and its clauses
grammar    pronouns, articles, capitals
templates  one sentence out of many: "[Yesterday|Last week] {who} bought {what}."
"""

from gptedu.world.words import grammar, lexicon, templates, velan

__all__ = ["grammar", "lexicon", "templates", "velan"]
