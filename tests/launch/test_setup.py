"""Set-up goes on where it stopped, and does nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch import setup
from launch.console import run
from launch.environment import sampling
from launch.packages import wanted
from launch.valkey import SOCKET_PATH_LIMIT, run_valkey, socket_path


def test_a_finished_step_is_skipped_and_a_changed_input_repeats_it(tmp_path: Path) -> None:
    done: list[str] = []
    for key in ("a", "a", "b"):
        setup.Stamps(tmp_path / "stamps.json").once("step", key, lambda key=key: done.append(key))
    assert done == ["a", "b"]


def test_a_step_that_fails_is_tried_again(tmp_path: Path) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        setup.Stamps(tmp_path / "stamps.json").once("step", "a", fail)
    setup.Stamps(tmp_path / "stamps.json").once("step", "a", lambda: done.append("again"))
    assert done == ["again"]


def test_a_damaged_stamp_file_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "stamps.json").write_text("{")
    done: list[str] = []
    setup.Stamps(tmp_path / "stamps.json").once("step", "a", lambda: done.append("done"))
    assert done == ["done"]


def test_a_failing_command_shows_its_last_lines() -> None:
    with pytest.raises(setup.Stop, match=r"“Trying” failed(.|\n)*the reason"):
        run(["sh", "-c", "echo the reason; exit 3"], title="Trying")


def test_every_extra_of_the_tests_exists() -> None:
    project = {"project": {"dependencies": ["a"], "optional-dependencies": {"dev": ["b"]}}}
    assert wanted(project, ("dev",)) == ["a", "b"]


def test_a_deep_data_folder_still_gets_a_socket(tmp_path: Path) -> None:
    """A socket's path holds about a hundred bytes; a school's folders may be deeper."""
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 5)
    assert len(str(socket_path(deep))) <= SOCKET_PATH_LIMIT
    with run_valkey(deep) as url:
        assert url == f"unix://{socket_path(deep)}"
    assert (deep / "appendonlydir").is_dir()


@pytest.mark.parametrize(
    ("config", "asked"),
    [
        ('{"do_sample": false, "temperature": 0.6}', {"temperature": 0}),
        (
            '{"do_sample": true, "temperature": 0.6, "top_p": 0.95}',
            {"temperature": 0.6, "top_p": 0.95},
        ),
        ('{"eos_token_id": 2}', {}),
        ("{", {}),
    ],
)
def test_a_model_is_asked_as_its_own_settings_say(
    tmp_path: Path, config: str, asked: dict[str, float]
) -> None:
    (tmp_path / "generation_config.json").write_text(config)
    assert sampling(tmp_path) == asked
