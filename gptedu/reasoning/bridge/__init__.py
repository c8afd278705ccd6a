"""The bridge at night: an exact search, states to step through, and a checker of written answers.

Four people have to cross a bridge in the dark. It carries two; they have one lamp, which has to go
along; a pair is as slow as the slower of the two. They need 1, 2, 5 and 10 minutes. A known puzzle
(Rote 2002, "Crossing the Bridge at Night"), in which the first thought, that the fastest brings the
lamp back each time, is not the best.
"""

from gptedu.reasoning.bridge.crossing import PEOPLE, State, Trip, fastest, states
from gptedu.reasoning.bridge.written import check, read_trips

__all__ = ["PEOPLE", "State", "Trip", "check", "fastest", "read_trips", "states"]
