"""Looking inside a model: induction heads, heads switched off, alignment by attention.

Follows Olsson et al. 2022, "In-context Learning and Induction Heads".
"""
