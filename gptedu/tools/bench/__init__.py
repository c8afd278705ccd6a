"""Speed beside transformers' GPT-2 of the same shape, as ratios: what `gptedu bench` prints.

Seconds differ from machine to machine and from minute to minute, ratios less so: ours and theirs
are timed in turn, round after round, and the median of the rounds' ratios is given. What a learner
waits for in a chapter is timed once more beside one busy process, which takes a core.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import Any

import torch

from gptedu import threads
from gptedu.model import GPTConfig
from gptedu.sampling import generate, seeded, token_logprobs
from gptedu.tools.bench.ppo import ppo_chapter, ppo_full
from gptedu.tools.bench.timing import SLOWER, Line, measure
from gptedu.tools.bench.twins import pair
from gptedu.tools.notebook import BUDGET, built_costs
from gptedu.training.recipes import CONTEXT, SIZES, VOCABULARY

MINI_M = SIZES["mini-m"]
WIDER = GPTConfig(VOCABULARY, CONTEXT, layers=6, width=256, heads=8)
PROMPT, NEW = 16, 100  # tokens read and written in each generation
IMPORT_LIMIT = 0.3  # seconds for `import gptedu`


def run(rounds: int = 7) -> dict[str, Any]:
    """Measure everything; about six minutes on two cores.

    PPO is measured with 64 episodes a step: 64 prompts answered once, and 16 answered four times
    (`PPOConfig.answers`). Both sides do the same number of episodes in each. What is gained in the
    second comes in good part from reading a prompt once for its four answers, which the plain loop,
    made of whole rows, does not.

    Returns {"machine": words, "speed": [Line, ...], "chapters": {chapter: Cost of its last build},
    "import": {"seconds", "limit", "loaded"}}, where `loaded` names what `import gptedu` should not
    have loaded but did.
    """
    own = threads.set_by_user()
    machine = f"torch {torch.__version__}, " + (own or f"up to {threads.most()} threads")
    return {
        "machine": machine,
        "speed": [
            training("training step, mini-m", MINI_M, 16, rounds, aim=1.2, contended=True),
            training("training step, 6 layers x 256", WIDER, 8, rounds, aim=1.2),
            generation("generation, batch 1", MINI_M, 1, rounds, aim=3.5, contended=True),
            generation("generation, batch 32", MINI_M, 32, rounds, aim=2.0, contended=True),
            ppo_chapter(
                "PPO, chapter 4, 64 prompts x 1", rounds, answers=1, aim=3.0, contended=True
            ),
            ppo_chapter("PPO, chapter 4, 16 prompts x 4", rounds, answers=4, aim=3.0),
            ppo_full("PPO, 60+28 tokens, 64 prompts x 1", MINI_M, rounds, answers=1, aim=3.0),
            ppo_full("PPO, 60+28 tokens, 16 prompts x 4", MINI_M, rounds, answers=4, aim=3.0),
        ],
        "chapters": built_costs(),
        "import": import_time(),
    }


def table(result: dict[str, Any]) -> str:
    """What `run` returns, as lines of text."""
    lines = [
        result["machine"],
        f"{'':36}{'gptedu':>10}{'transformers':>14}{'':12}{'ratio':>8}{'aim':>8}"
        f"{'beside a busy process':>24}{'aim':>8}",
    ]
    for line in result["speed"]:
        slower = ""
        if line.slower is not None:
            slower = f"{f'{line.slower:.2f} x as long':>24}{f'<= {SLOWER:g}':>8}"
        lines.append(
            f"{line.what:36}{line.ours:>10,.0f}{line.theirs:>14,.0f} {line.unit:11}"
            f"{line.ratio:>8.2f}{f'>= {line.aim:g}':>8}{slower}"
        )
    for chapter, cost in result["chapters"].items():
        lines.append(f"{chapter}, as built: {cost}{cost.over(BUDGET)}")
    imported = result["import"]
    loaded = ", ".join(imported["loaded"]) or "neither torch nor transformers"
    lines.append(
        f"import gptedu: {imported['seconds']:.2f} s (aim: under {imported['limit']} s), "
        f"loads {loaded}"
    )
    return "\n".join(lines)


def training(
    what: str,
    config: GPTConfig,
    batch: int,
    rounds: int,
    *,
    aim: float,
    contended: bool = False,
) -> Line:
    """Forward, backward and AdamW, in float32 on both sides.

    Ours is torch's fused AdamW, with which this package trains; theirs is torch's default, which
    takes 2% to 4% more of the whole step.
    """
    ours, theirs = pair(config)
    ids = torch.randint(config.vocab_size, (batch, config.context), generator=seeded(0))
    our_optimiser = torch.optim.AdamW(ours.train().parameters(), lr=1e-3, fused=True)
    their_optimiser = torch.optim.AdamW(theirs.train().parameters(), lr=1e-3)

    def our_step() -> None:
        with threads.working("training", ours, ids.numel()):  # as every loop of ours
            loss = -token_logprobs(ours(ids), ids).mean()
            our_optimiser.zero_grad()
            loss.backward()
            our_optimiser.step()

    def their_step() -> None:
        loss = theirs(ids, labels=ids, use_cache=False).loss
        their_optimiser.zero_grad()
        loss.backward()
        their_optimiser.step()

    return measure(
        what, our_step, their_step, batch * config.context, rounds, aim, contended=contended
    )


def generation(
    what: str,
    config: GPTConfig,
    batch: int,
    rounds: int,
    *,
    aim: float,
    contended: bool = False,
) -> Line:
    """Greedy, with the cache of keys and values; both write the same text, or this raises."""
    ours, theirs = pair(config)
    ids = torch.randint(config.vocab_size, (batch, PROMPT), generator=seeded(0))
    prompts = ids.tolist()
    settings = {"max_new_tokens": NEW, "do_sample": False, "use_cache": True, "pad_token_id": 0}
    theirs.generation_config.eos_token_id = None  # neither may stop early

    def our_text() -> list[list[int]]:
        return generate(ours, prompts, NEW)

    @torch.inference_mode()
    def their_text() -> list[list[int]]:
        every = theirs.generate(ids, attention_mask=torch.ones_like(ids), **settings)
        return every[:, PROMPT:].tolist()

    if our_text() != their_text():
        raise RuntimeError(f"{what}: the two models write different texts; run the parity tests")
    return measure(what, our_text, their_text, batch * NEW, rounds, aim, contended=contended)


def import_time(tries: int = 5) -> dict[str, Any]:
    """`import gptedu` in a fresh process: the median's seconds, and the heavy modules it loaded."""
    script = (
        "import sys, time; start = time.perf_counter(); import gptedu; "
        "print(time.perf_counter() - start); "
        "print(*[name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    seconds, loaded = [], set()
    for _ in range(tries):
        out = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        seconds.append(float(out[0]))
        loaded.update(" ".join(out[1:]).split())
    return {
        "seconds": statistics.median(seconds),
        "limit": IMPORT_LIMIT,
        "loaded": sorted(loaded),
    }
