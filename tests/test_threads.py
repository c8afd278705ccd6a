"""Who decides the number of threads, within which limits, and how timing chooses."""

from __future__ import annotations

import contextlib
import threading as python_threads

import pytest
import torch
from torch import nn

from gptedu import threads
from gptedu.threads import Account, Pace, candidates, exactly, quota


@pytest.fixture(autouse=True)
def free(monkeypatch):
    """No user's number, no other process: two cores, of which torch takes both."""
    for name in threads.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(threads, "cores", lambda: 2)
    monkeypatch.setattr(threads, "_quota", lambda: None)
    monkeypatch.setattr(threads, "_own", lambda: {2})
    monkeypatch.setattr(threads, "_local", python_threads.local())
    monkeypatch.setattr(threads, "_others", threads.Others(lambda: (0.0, 0.0, 0.0)))
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def write(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def v1(folder, most, period=100_000):
    write(folder, "cpu.cfs_quota_us", f"{most}\n")
    write(folder, "cpu.cfs_period_us", f"{period}\n")


def member(tmp_path, *lines):
    write(tmp_path, "cgroup", "\n".join(lines) + "\n")
    return tmp_path / "sys", tmp_path / "cgroup"


def test_a_quota_of_v2_is_the_least_up_to_the_root(tmp_path):
    root, own = member(tmp_path, "0::/kubepods/pod7/box")
    write(root / "kubepods", "cpu.max", "800000 100000")
    write(root / "kubepods/pod7", "cpu.max", "150000 100000")
    write(root / "kubepods/pod7/box", "cpu.max", "max 100000")
    assert quota(root, own) == 1.5


def test_a_quota_of_v2_inside_a_container(tmp_path):
    root, own = member(tmp_path, "0::/")
    write(root, "cpu.max", "50000 100000\n")
    assert quota(root, own) == 0.5


@pytest.mark.parametrize("mount", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
def test_a_quota_of_v1(tmp_path, mount):
    root, own = member(tmp_path, "9:memory:/a", "4:cpu,cpuacct:/docker/box", "0::/")
    v1(root / mount, -1)
    v1(root / mount / "docker/box", 300_000)
    assert quota(root, own) == 3.0


def test_a_path_that_is_the_host_s_and_not_mounted_leaves_the_root(tmp_path):
    root, own = member(tmp_path, "4:cpu:/docker/0123456789")
    v1(root / "cpu", 200_000)
    assert quota(root, own) == 2.0


@pytest.mark.parametrize("content", ["", "max", "x y", "100000 0", "max 100000"])
def test_what_is_no_limit_is_none(tmp_path, content):
    root, own = member(tmp_path, "0::/a", "nonsense", "3:cpuset:/a")
    write(root / "a", "cpu.max", content)
    assert quota(root, own) is None
    assert quota(root, tmp_path / "missing") is None


@pytest.mark.parametrize(("limit", "number"), [(None, 2), (8.0, 2), (1.9, 1), (0.5, 1), (2.0, 2)])
def test_no_more_than_affinity_and_quota_give(monkeypatch, limit, number):
    monkeypatch.setattr(threads, "_quota", lambda: limit)
    assert threads.granted() == number
    assert threads.most() == number
    assert threads.settle() == number == torch.get_num_threads()


def test_nobody_is_behind_torch_s_own_number():
    assert threads.set_by_user() is None
    with exactly(1):
        assert threads.set_by_user() is None
        assert threads.most() == 2


@pytest.mark.parametrize("name", threads.VARIABLES)
def test_an_environment_variable_is_left_alone(monkeypatch, name):
    monkeypatch.setenv(name, "2")
    monkeypatch.setattr(threads, "_quota", lambda: 1.0)
    assert threads.set_by_user() == f"{name}=2"
    assert threads.settle() == 2
    with threads.one(), threads.working("training", nn.Linear(3000, 3000), 10_000):
        assert torch.get_num_threads() == 2


def test_a_number_that_was_set_is_left_alone():
    torch.set_num_threads(3)
    assert threads.set_by_user() == "torch.set_num_threads(3)"
    with threads.one(), threads.working("training", nn.Linear(3000, 3000), 10_000):
        assert torch.get_num_threads() == 3
    assert torch.get_num_threads() == 3


def test_the_number_is_given_back_whatever_happens():
    with contextlib.suppress(RuntimeError), threads.one():
        assert torch.get_num_threads() == 1
        with contextlib.suppress(KeyError), exactly(2):
            assert torch.get_num_threads() == 2
            raise KeyError
        assert torch.get_num_threads() == 1
        raise RuntimeError
    assert torch.get_num_threads() == 2


def test_what_a_user_sets_within_stays():
    with exactly(1):
        torch.set_num_threads(3)
        assert threads.set_by_user() == "torch.set_num_threads(3)"
        with threads.one():
            assert torch.get_num_threads() == 3
    assert torch.get_num_threads() == 3


def test_a_python_thread_that_starts_within_does_not_keep_our_number():
    seen = []

    def look():
        torch.ones(2) + 1
        seen.extend([threads.set_by_user(), threads.most(), torch.get_num_threads()])

    with exactly(1):
        one = python_threads.Thread(target=look)
        one.start()
        one.join()
    assert seen == [None, 2, 2]


def test_small_work_has_one_thread_and_large_work_is_timed():
    small, large = nn.Linear(10, 10), nn.Linear(1000, 1000)
    with threads.working("reading", small, 100):
        assert torch.get_num_threads() == 1
    seen = set()
    for _ in range(6):
        with threads.working("reading", large, 100):
            seen.add(torch.get_num_threads())
    assert seen == {1, 2}
    assert torch.get_num_threads() == 2


def test_candidates_are_powers_of_two_and_the_limit():
    assert candidates(1) == (1,)
    assert candidates(2) == (1, 2)
    assert candidates(6) == (1, 2, 4, 6)
    assert candidates(8) == (1, 2, 4, 8)


# --- Pace, on a machine made of a clock that is moved by hand ---


class Machine:
    """Pieces take what `seconds(threads)` says; time passes only there."""

    def __init__(self, seconds, free=2, account=None):
        self.seconds, self.now, self.used = seconds, 0.0, []
        self.limit = free
        self.pace = Pace(lambda: self.limit, lambda: self.now, account)

    def work(self, pieces, amount=1.0):
        start = self.now
        for _ in range(pieces):
            with self.pace.piece(amount) as number:
                assert torch.get_num_threads() == number
                self.used.append(number)
                self.now += self.seconds(number) * amount
        return self.now - start

    def share(self, number, last):
        return self.used[-last:].count(number) / last


QUIET = {1: 0.370, 2: 0.224}.__getitem__
BUSY = {1: 0.364, 2: 0.633}.__getitem__
SPOILED = {1: 0.1, 2: 2.0}.__getitem__  # PPO's many small operations beside a busy process


@pytest.mark.parametrize(("times", "best"), [(QUIET, 2), (BUSY, 1), (SPOILED, 1)])
def test_it_takes_the_faster_number_and_looks_seldom(times, best):
    machine = Machine(times)
    machine.work(6)
    taken = machine.work(400)
    assert machine.share(best, 400) > 0.9
    one_look = times(3 - best) - times(best)  # the last one is not paid off yet
    assert taken <= 400 * times(best) / (1 - threads.LOOKING) + one_look


def test_few_pieces_are_lost_before_the_choice():
    machine = Machine(QUIET)
    assert machine.work(20) < 1.1 * 20 * QUIET(2)


def test_a_machine_that_becomes_busy_is_noticed_at_once_and_a_quiet_one_soon():
    machine = Machine(QUIET)
    machine.work(50)
    machine.seconds = BUSY
    machine.work(3)
    machine.work(200)
    assert machine.share(1, 200) > 0.9
    machine.seconds = QUIET
    machine.work(60)
    assert machine.share(2, 20) > 0.8


def test_one_slow_piece_changes_nothing():
    machine = Machine(QUIET)
    machine.work(30)
    machine.seconds = {1: 9.0, 2: 9.0}.__getitem__
    machine.work(1)
    machine.seconds = QUIET
    machine.work(20)
    assert machine.share(2, 20) >= 0.9


def test_sizes_do_not_matter():
    machine = Machine(QUIET)
    for turn in range(100):
        machine.work(1, amount=1 + turn % 7)
    assert machine.share(2, 80) > 0.9


def test_on_many_cores_it_climbs_to_what_pays():
    def quiet(number):
        return 1 / number

    def four_pay(number):
        return {1: 1.0, 2: 0.55, 4: 0.4, 8: 0.6}[number]

    def all_busy(number):
        return 1.0 * number

    for times, best in ((quiet, 8), (four_pay, 4), (all_busy, 1)):
        machine = Machine(times, free=8)
        machine.work(30)
        machine.work(300)
        assert machine.share(best, 300) > 0.85
    machine = Machine(quiet, free=8)
    assert machine.work(50) < 1.1 * 50 / 8


@pytest.mark.parametrize(("times", "best"), [(QUIET, 2), (BUSY, 1), (SPOILED, 1)])
def test_a_wrong_beginning_costs_a_few_pieces(times, best):
    machine = Machine(times)
    wrong = times(3 - best) - times(best)
    assert machine.work(60) <= (1 + threads.LOOKING) * 60 * times(best) + 3 * wrong + 1e-9


def test_one_budget_serves_all_work():
    account = Account()
    spent = [Machine(QUIET, account=account).work(4) for _ in range(30)]  # each of another kind
    assert sum(spent) < (1 + threads.LOOKING) * 30 * 4 * QUIET(2) + 2 * (QUIET(1) - QUIET(2))


def test_new_work_notices_that_a_machine_has_become_busy():
    account = Account(1.0, {False: 1.0, True: 1.0})  # nothing may be tried for 49 s
    machine = Machine(QUIET, account=account)
    machine.work(8)
    assert set(machine.used) == {2}
    machine.seconds = SPOILED
    machine.work(8)
    assert machine.share(1, 4) == 1.0


def test_expensive_trials_of_more_threads_do_not_forbid_those_of_fewer():
    """One that a passing burst had made look slow is tried again, however much others have cost."""
    account = Account(100.0, {False: 0.0, True: 50.0})
    machine = Machine({1: 5.0, 2: 4.0}.__getitem__, account=account)  # the burst
    machine.work(8)
    assert machine.pace.choice == 2
    machine.seconds = {1: 0.1, 2: 4.0}.__getitem__
    machine.work(30)
    assert machine.share(1, 10) == 1.0


def test_a_limit_that_falls_is_kept_at_once():
    machine = Machine(QUIET)
    machine.work(20)
    machine.limit = 1
    machine.work(10)
    assert set(machine.used[-10:]) == {1}
    machine.limit = 2
    machine.work(20)
    assert 2 in machine.used[-20:]


def test_a_piece_that_raises_is_not_counted():
    machine = Machine(QUIET)
    machine.work(20)
    with contextlib.suppress(ValueError), machine.pace.piece():
        machine.now += 1e9
        raise ValueError
    assert torch.get_num_threads() == 2
    assert machine.work(20) < 1.1 * 20 * QUIET(2)


# --- The work of others: (clock, all processes on our cores, this process), in seconds ---


def leaving(*looks, of=2):
    """What is left of two cores at each look, after the first."""
    times = iter([(0.0, 100.0, 0.0), *looks])
    others = threads.Others(lambda: next(times))
    return [others.leave(of) for _ in looks]


def test_our_own_work_is_no_crowd():
    assert leaving((1.0, 102.0, 2.0), (2.0, 104.0, 4.0)) == [2, 2]


def test_a_core_is_left_to_others_at_once():
    assert leaving((1.0, 102.0, 2.0), (2.0, 104.0, 3.0), (3.0, 106.0, 4.0)) == [2, 1, 1]


def test_it_is_taken_again_when_all_windows_are_calm():
    calm = [(2.0 + i, 102.0 + i, 1.0 + i) for i in range(threads.CALM)]
    assert leaving((1.0, 101.0, 0.0), *calm) == [1] * threads.CALM + [2]


def test_a_little_work_of_others_does_not_matter():
    assert leaving((10.0, 102.0, 0.0)) == [2]
    assert leaving((10.0, 104.0, 0.0)) == [1]
    assert leaving((10.0, 145.0, 0.0), of=8) == [3]
    assert leaving((10.0, 180.0, 0.0), of=8) == [1]


def test_a_short_time_tells_nothing_but_at_the_beginning():
    assert leaving((0.01, 100.01, 0.0)) == [2]
    assert leaving((0.2, 100.2, 0.0)) == [1]
    assert leaving((1.0, 102.0, 2.0), (1.2, 102.4, 2.0)) == [2, 2]


def test_what_others_use_bounds_the_threads(monkeypatch):
    assert threads.free() == 2
    monkeypatch.setattr(threads._others, "_used", [0.9])
    assert threads.free() == 1


def test_the_clock_of_all_processes_moves_with_our_work():
    before = threads._seconds()
    sum(range(3_000_000))
    after = threads._seconds()
    assert all(new >= old for new, old in zip(after, before, strict=True))
    assert after[2] > before[2]
