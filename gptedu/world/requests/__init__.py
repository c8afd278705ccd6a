"""What people ask an assistant for (InstructGPT, section 3.2): none of it is a document of the web.

`instructions` has the four kinds of request, `users` what users send in, raw and as it comes, and
`replies` what a labeler writes.
"""

from gptedu.world.requests.instructions import (
    INSTRUCTION_KINDS,
    REPLY,
    Instruction,
    instruction,
    question_about,
)
from gptedu.world.requests.replies import CLOSINGS, OPENINGS, REFUSALS, demonstration
from gptedu.world.requests.users import submissions, user_split

__all__ = [
    "CLOSINGS",
    "INSTRUCTION_KINDS",
    "OPENINGS",
    "REFUSALS",
    "REPLY",
    "Instruction",
    "demonstration",
    "instruction",
    "question_about",
    "submissions",
    "user_split",
]
