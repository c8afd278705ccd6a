"""Numbers to pictures: every function takes plain numbers and gives a figure or PNG bytes.

Nothing here keeps state, runs a model or knows Jupyter. Only this folder imports plotly.
"""
