"""Chapter 3's experiments with examples in the prompt, over three draws of questions.

``python -m gptedu.prompting.few_shot_experiments`` writes assets/records/gpt3.json.
"""

from __future__ import annotations

from typing import Any

from gptedu import assets
from gptedu.prompting import records

RECORD = "gpt3.json"


def read_record() -> dict[str, Any]:
    """Chapter 3's record. Raises FileNotFoundError where it has not been made."""
    return records.read(RECORD)


def add_to_record(name: str, value: Any) -> None:
    """Set one key of chapter 3's record, and keep the others; floats get four places."""
    path = assets.root() / "records" / RECORD
    record = records.read(RECORD) if path.exists() else {}
    record[name] = records.rounded(value)
    records.write(path, record)
