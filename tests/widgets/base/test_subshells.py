"""While a cell runs, a widget's messages are handled in the loop that the front end asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

client = pytest.importorskip("jupyter_client")
comms = pytest.importorskip("ipykernel.comm.comm")

# A widget with an action; a plain comm, as ipykernel leaves it; how long a cell waits for each.
SETUP = """
import threading, time
from comm import create_comm
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.widget import Widget

came = {"widget": threading.Event(), "plain": threading.Event()}

class Bell(Widget):
    _esm = "export default {}"
    @action
    def ring(self):
        came["widget"].set()

bell, plain = Bell(), create_comm(target_name="plain")
plain.on_msg(lambda message: came["plain"].set())
print(bell.model_id, plain.comm_id)
"""
WAIT = "print(came[{!r}].wait({}))"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Any]:
    manager, connection = client.manager.start_new_kernel(kernel_name="python3")
    yield connection
    connection.stop_channels()
    manager.shutdown_kernel(now=True)


def said(kernel: Any, request: str) -> str:
    """What the cell of `request` printed, once it is done."""
    words = ""
    while True:
        message = kernel.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            words += message["content"]["text"]
        elif message["msg_type"] == "error":
            raise AssertionError(message["content"]["evalue"])
        elif message["content"].get("execution_state") == "idle":
            return words.strip()


@pytest.fixture(scope="module")
def subshell(kernel: Any) -> str:
    kernel.control_channel.send(kernel.session.msg("create_subshell_request"))
    reply = kernel.get_control_msg(timeout=30)["content"]
    if "subshell_id" not in reply:
        pytest.skip("this ipykernel has no subshells: it handles messages between cells")
    return reply["subshell_id"]


def comes_meanwhile(kernel: Any, subshell: str, comm: str, which: str, content: Any) -> bool:
    """Whether a message to a comm, sent while a cell waits for it, comes before the cell ends."""
    waits = kernel.execute(WAIT.format(which, 20 if which == "widget" else 3))
    while kernel.get_iopub_msg(timeout=60)["msg_type"] != "execute_input":
        pass  # until the cell runs
    data = {"method": "custom", "content": content}
    message = kernel.session.msg("comm_msg", {"comm_id": comm, "data": data})
    message["header"]["subshell_id"] = subshell
    kernel.shell_channel.send(message)
    return said(kernel, waits) == "True"


def test_an_action_is_done_while_a_cell_runs(kernel: Any, subshell: str) -> None:
    bell, _ = said(kernel, kernel.execute(SETUP)).split()
    request = {"id": "1", "requests": [{"do": "ring"}]}
    assert comes_meanwhile(kernel, subshell, bell, "widget", request)


def test_the_patch_of_comm_is_still_needed(kernel: Any, subshell: str) -> None:
    if not hasattr(comms.BaseComm, "_reply_subshell_for"):
        pytest.skip("this ipykernel routes nothing: the patch in base/widget.py does nothing here")
    _, plain = said(kernel, kernel.execute(SETUP)).split()
    assert not comes_meanwhile(kernel, subshell, plain, "plain", {}), (
        "ipykernel handles a comm's messages where the front end asks for it: once that is the "
        "oldest one supported, `_reply_subshell_for` in gptedu/widgets/base/widget.py can go"
    )
