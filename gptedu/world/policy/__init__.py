"""A policy of the world's own: where somebody's key lies is told to its owner only.

Requests, replies and rules are harmless, and no word decides: whoever asks, the text names the same
people and things. `enquiries` has the requests, `wordings` how people put them, `replies` what may
be said to them, in four classes.
"""

from gptedu.world.policy.enquiries import (
    KINDS,
    Enquiry,
    Secret,
    Setting,
    all_six,
    draw_enquiries,
    draw_sixes,
    setting,
)
from gptedu.world.policy.replies import (
    CLASSES,
    comparison,
    decision,
    policy_demonstration,
    reply_of,
    without_steps,
)
from gptedu.world.policy.wordings import Wording, ways_to_ask

__all__ = [
    "CLASSES",
    "KINDS",
    "Enquiry",
    "Secret",
    "Setting",
    "Wording",
    "all_six",
    "comparison",
    "decision",
    "draw_enquiries",
    "draw_sixes",
    "policy_demonstration",
    "reply_of",
    "setting",
    "ways_to_ask",
    "without_steps",
]
