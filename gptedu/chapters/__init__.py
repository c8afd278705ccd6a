"""What one chapter alone needs: a folder each with its exercises, experiments and claims.

A chapter uses all methods and no other chapter; only its notebook and the tools import it.
"""
