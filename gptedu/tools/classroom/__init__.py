"""For instructors: handouts, solved notebooks, assignments for graders, grades, a class's guesses.

All of it works on the notebooks that ship, so from a wheel as well as from a checkout.
"""
