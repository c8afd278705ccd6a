"""Chapter 0, a GPT from nothing: Vaswani et al. 2017, "Attention Is All You Need", and the network
of Radford et al. 2019 in about eighty lines.
"""

HEADLINE = "start/bigram"
"""The claim that stands for the chapter in README."""
