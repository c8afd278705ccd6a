"""What a newcomer meets first: README, the two commands, the files that ship."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from gptedu.course.kept import HOME

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY = "gptedu/gptedu"
BLOB, BADGE = f"github.com/{REPOSITORY}/blob/main/", f"mybinder.org/v2/gh/{REPOSITORY}/main"
COLAB = f"colab.research.google.com/github/{REPOSITORY}/blob/main/"
CHECKPOINTS, FILE = 90_000_000, 8_000_000  # bytes; 60 MB when the first family has gone


def links() -> list[str]:
    return re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", README)


def tracked() -> list[Path]:
    """The files of the repository; all that lies here where git is not at hand."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("link", sorted(set(links())))
def test_links_lead_to_files(link):
    if not link.startswith("http"):
        assert (ROOT / link.split("#")[0]).exists()
        return
    bare = link.removeprefix("https://")
    if bare.startswith(COLAB):
        assert (ROOT / unquote(bare.removeprefix(COLAB))).is_file()
    elif bare.startswith(BADGE):
        folder, _, name = unquote(bare.partition("labpath=")[2]).partition("/")
        assert folder == HOME  # the learner's, which binder/start makes
        assert (ROOT / "chapters" / name).is_file()
    else:
        pytest.fail(f"no test knows where {link} leads")


def test_every_chapter_is_linked_three_times():
    for notebook in sorted((ROOT / "chapters").glob("[0-9]*.ipynb")):
        found = [unquote(link) for link in links()]
        assert sum(link.endswith(f"/{notebook.name}") for link in found) == 3, notebook.name


def test_the_two_commands():
    commands = {name: readme_command(name) for name in ("open", "test")}
    assert commands["open"].startswith("pip install ")
    assert commands["open"].endswith(" && gptedu learn")
    assert commands["test"].startswith("pip install ")
    assert commands["test"].endswith(" && pytest --nbval chapters/ tests/")
    for command in commands.values():
        assert "-c constraints.txt" in command
        extra = re.search(r'"\.\[(\w+)\]"', command)
        assert extra is not None
        assert extra[1] in PROJECT["optional-dependencies"]
        for path in re.findall(r"chapters/\w+\.ipynb", command):
            assert (ROOT / path).is_file()


def readme_command(name: str) -> str:
    """The command as `.ci/run` reads it: by its own function, out of the script itself."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    function = re.search(r"^readme_command\(\) \{.*?^\}", script, re.MULTILINE | re.DOTALL)
    assert function, ".ci/run has no readme_command"
    done = subprocess.run(
        ["bash", "-c", f"{function[0]}\nreadme_command {name}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = done.stdout.strip()
    assert f"<!-- {name} -->\n```bash\n{found}\n```\n" in README
    return found


def test_ci_is_a_script_that_bash_can_read():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    assert "readme_command test" in script.read_text(encoding="utf-8")


def test_the_map_names_real_folders():
    """What it says about the package is held by test_imports.py."""
    block = README.split("## Map")[1].split("```")[1]
    tops = set(re.findall(r"^([\w.]+)/ ", block, re.MULTILINE))
    assert tops
    assert all((ROOT / top).is_dir() for top in tops)


def test_the_table_of_widgets_is_whole():
    from gptedu import widgets

    part = README.split("## In your own lecture")[1].split("\n## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
    assert sorted(named) == sorted(widgets.__all__)


def test_the_picture_shows_what_is_said_of_it():
    """The head is an induction head, and what it looks at is what the model says next."""
    import gptedu
    from gptedu import assets
    from gptedu.widgets import AttentionExplorer

    made = re.search(r"<!-- (AttentionExplorer\(.*\))\.picture\(\)\.png -->", README)
    assert made, "README does not say how its picture was made"
    if not (assets.root() / "checkpoints" / "mini-m").is_dir():
        pytest.skip("mini-m has not been trained here")
    view = eval(made[1], {"gptedu": gptedu, "AttentionExplorer": AttentionExplorer}).result()
    layer, head = view.selected
    row = view.weights[layer, head, view.query]
    looked_at = view.pieces[int(row.argmax())]
    assert view.names[layer][head] == "induction"
    assert looked_at == view.answer[0].piece
    assert row.max() > 255 * 0.8
    caption = README.split("(assets/readme.png)")[1].split("\n## ")[0]
    for piece in (view.pieces[view.query], looked_at):
        assert f"*{piece.strip()}*" in caption


def test_the_lecture_examples_run(capsys, tmp_path, monkeypatch):
    from gptedu import assets, widgets
    from gptedu.widgets.base.widget import Widget

    part = README.split("## In your own lecture")[1].split("\n## ")[0]
    examples = [block.split("```")[0] for block in part.split("```python\n")[1:]]
    needed = set(re.findall(r'load\("(mini[\w-]*)"', "".join(examples)))
    assert needed
    for name in needed:
        if not (assets.root() / "checkpoints" / name).is_dir():
            pytest.skip(f"{name} has not been trained here")
    monkeypatch.chdir(tmp_path)  # rankings are written where one works
    for code in examples:
        # A notebook shows what stands last in a cell: so a block, pasted alone, has one widget.
        *before, last = ast.parse(code).body
        made = re.findall(rf"\b({'|'.join(widgets.__all__)})\(", code)
        assert len(made) == 1, code
        assert isinstance(last, ast.Expr), code
        names = {}
        exec(compile(ast.Module(before, []), "README.md", "exec"), names)
        shown = eval(compile(ast.Expression(last.value), "README.md", "eval"), names)
        assert isinstance(shown, Widget), code
    assert capsys.readouterr().err == ""


def constraints(python: str) -> dict[str, str]:
    """{package: pinned version} for one version of Python."""
    pinned: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        need = Requirement(line)
        if need.marker and not need.marker.evaluate({"python_version": python}):
            continue
        name = canonicalize_name(need.name)
        assert name not in pinned, f"{name} is pinned twice for Python {python}"
        (pin,) = need.specifier
        assert pin.operator == "==", line
        pinned[name] = pin.version
    return pinned


def requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    lines = PROJECT["dependencies"] + [line for extra in extras.values() for line in extra]
    return [need for need in map(Requirement, lines) if canonicalize_name(need.name) != "gptedu"]


@pytest.mark.parametrize("python", ["3.10", "3.11", "3.12", "3.13"])
def test_constraints_lie_in_the_ranges(python):
    pinned = constraints(python)
    for need in requirements():
        name = canonicalize_name(need.name)
        assert name in pinned, f"{name} has no tested version"
        assert need.specifier.contains(pinned[name]), f"{need} excludes the tested {pinned[name]}"
    assert pinned["torch"] == "2.13.0"


def test_colabs_own_torch_and_numpy_are_left_alone():
    for need in requirements():
        if need.name in ("torch", "numpy", "ipython", "ipywidgets"):
            assert all(part.operator == ">=" for part in need.specifier), str(need)
        # Replacing what the running notebook itself stands on would ask for a restart.
        if need.name in (there := {"ipython": "7.34.0", "ipywidgets": "7.7.1"}):
            assert need.specifier.contains(there[need.name]), str(need)


def test_pinned_versions_take_every_release_of_this_python():
    """One wanted 3.11.5, and Debian 12 has 3.11.2: README's commands failed there."""
    first = f"{sys.version_info.major}.{sys.version_info.minor}.0"
    for name, version in constraints(first.removesuffix(".0")).items():
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another extra or platform
        asked = found.metadata["Requires-Python"]
        if found.version == version and asked:
            assert SpecifierSet(asked).contains(first), f"{name} {version} wants {asked}"


def test_binder_opens_what_the_first_command_opens(tmp_path):
    """`binder/start` makes the learner's folder, goes on to what is to be started, and stays."""
    script = ROOT / "binder" / "start"
    assert os.access(script, os.X_OK)
    done = subprocess.run(
        [script, "echo", "a  b"],
        env=os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.endswith("\na  b\n")
    chapters = [path.name for path in (ROOT / "chapters").glob("[0-9]*.ipynb")]
    assert {*chapters} <= {path.name for path in (tmp_path / HOME).iterdir()}


def test_binder_uses_the_constraints_and_torchs_cpu_build():
    script = (ROOT / "binder" / "postBuild").read_text(encoding="utf-8")
    assert "-c constraints.txt" in script
    assert "whl/cpu" in script
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_shipped_files_keep_to_their_budget():
    folder = ROOT / "assets" / "checkpoints"
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= CHECKPOINTS
    assert not [str(path) for path in tracked() if path.stat().st_size > FILE]


def test_no_text_names_a_place_outside():
    """Hosts of registries and paths of one machine have no place in the repository."""
    # Written in halves, so that this file does not find itself.
    words = ["pypi" + ".org", "/root" + "/", "/work" + "/main", "files.python" + "hosted"]
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".txt", ".js", ".css", ".ipynb", ".cfg", ""}:
            text = path.read_text(encoding="utf-8", errors="ignore")
            found = [word for word in words if word in text]
            assert not found, f"{path.relative_to(ROOT)} names {found}"


def test_version_is_said_once():
    import gptedu

    assert re.fullmatch(r"\d+\.\d+\.\d+", gptedu.__version__)
    assert PROJECT["dynamic"] == ["version"]
