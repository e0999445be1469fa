"""Promise: with a real worker the window edits and renders; whatever befalls it is a sentence with its cure."""

from __future__ import annotations

import os
import signal
import time
import venv

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, Sound, film  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.dump import dump  # noqa: E402
from neuroedit_addon.blender.window import (  # noqa: E402
    choices,
    editing,
    knowledge,
    last,
    preferences,
    python,
    scenes,
    task,
)
from neuroedit_addon.blender.window.analysing import Desk  # noqa: E402
from neuroedit_addon.errors import Cancelled, NeuroEditError  # noqa: E402
from neuroedit_addon.findings import Audio, Findings, Media, Span  # noqa: E402

SECONDS = 8


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Media:
    path = tmp_path_factory.mktemp("clips") / "a talk ñ 日本.mp4"
    film(path, SECONDS, Picture(size=(64, 64)), Sound())
    return Media(str(path), float(SECONDS), "25", SECONDS * 25, 64, 64, False, Audio(48000, 2), "x")


@pytest.fixture
def scene(clip):
    neuroedit_addon.register()
    made = new_scene([clip])
    assemble(made, [clip])
    scenes.show(made)
    made.neuroedit.preset = "talking-head"
    knowledge.learn(clip.path, Findings(clip, speech=(Span(2.0, 5.0, 0.99),)))
    yield made
    scenes.show(next(other for other in bpy.data.scenes if other != made))
    bpy.data.scenes.remove(made)
    neuroedit_addon.unregister()


def do(operator, **values) -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return operator(**values)


def auto_edit() -> set[str]:
    return do(bpy.ops.neuroedit.auto_edit)


def order(scene) -> editing.Order:
    settings = choices.chosen(scene.neuroedit.settings)
    return editing.Order(scenes.uid(scene), settings, {}, False, preferences.desk())


class TestTheWorker:
    """With a real worker, on a film that nothing is known of."""

    @pytest.fixture
    def fresh(self, scene, clip, tmp_path, monkeypatch):
        knowledge.forget()
        monkeypatch.setattr(preferences, "desk", lambda: desk_in(tmp_path))
        return scene

    def test_is_asked_when_nothing_is_known(self, fresh, clip):
        assert auto_edit() in ({"FINISHED"}, {"CANCELLED"})
        found = knowledge.of(clip.path)
        assert found is not None
        assert found.media.frames == SECONDS * 25

    def test_says_what_it_runs_on(self, fresh):
        assert do(bpy.ops.neuroedit.check_environment) == {"FINISHED"}
        assert "onnxruntime" in bpy.data.texts["NeuroEdit Log"].as_string()

    def test_is_ended_by_cancel_and_the_timeline_stays(self, fresh):
        before = dump(fresh)
        begun = at_work(fresh)
        begun.cancel()
        with pytest.raises(Cancelled):
            finish(begun)
        assert dump(fresh) == before

    @pytest.mark.skipif(os.name == "nt", reason="no such signal on Windows")
    def test_that_is_killed_is_a_sentence_and_the_timeline_stays(self, fresh, monkeypatch):
        from neuroedit_addon import job

        started = []
        real = job._start
        monkeypatch.setattr(job, "_start", lambda command: started.append(real(command)) or started[-1])
        before = dump(fresh)
        begun = at_work(fresh)
        os.kill(started[0].pid, signal.SIGKILL)
        with pytest.raises(NeuroEditError, match="ended by the system"):
            finish(begun)
        assert dump(fresh) == before

    def test_with_a_cache_that_cannot_be_written_edits_and_says_so(self, fresh, tmp_path, monkeypatch):
        in_the_way = tmp_path / "file"
        in_the_way.write_text("no folder")
        monkeypatch.setattr(preferences, "desk", lambda: desk_in(in_the_way))
        auto_edit()
        said = last.said()
        assert said.level == "WARNING"
        assert str(in_the_way) in said.sentence
        assert said.sentence.endswith("choose another folder for the cache.")

    def test_whose_python_lacks_the_packages_is_a_sentence_with_the_cure(self, fresh, tmp_path, monkeypatch):
        venv.create(tmp_path / "bare", with_pip=False, symlinks=os.name != "nt")
        bare = tmp_path / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        monkeypatch.setattr(preferences, "desk", lambda: Desk(lambda: (str(bare), []), str(tmp_path / "cache")))
        before = dump(fresh)
        with pytest.raises(RuntimeError, match="which is missing.* Clear the line Python"):
            auto_edit()
        assert dump(fresh) == before

    def test_looks_again_at_a_file_that_changed(self, fresh, clip):
        auto_edit()
        first = knowledge.of(clip.path)
        os.utime(clip.path)
        assert knowledge.of(clip.path) is None
        auto_edit()
        assert knowledge.of(clip.path).speech == first.speech


def desk_in(folder):
    return Desk(lambda: python.worker_python(), str(folder / "cache"))


def at_work(scene) -> task.Task:
    """A task whose worker has been started."""
    made = order(scene)
    begun = task.Task("Auto Edit", lambda stop: editing.edit(made, stop))
    begun.step(0)
    begun.step(0)
    return begun


def finish(begun: task.Task) -> None:
    until = time.monotonic() + 120
    while not begun.step():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_film_is_as_long_as_the_edit(scene, tmp_path):
    auto_edit()
    scene.render.resolution_percentage = 50
    scene.neuroedit.film = str(tmp_path / "film.mp4")
    assert do(bpy.ops.neuroedit.render) == {"FINISHED"}
    import av

    with av.open(str(tmp_path / "film.mp4")) as written:
        frames = sum(1 for _ in written.decode(video=0))
    assert frames == scene.frame_end - scene.frame_start + 1
    assert [file.name for file in tmp_path.iterdir()] == ["film.mp4"]


def test_a_film_does_not_replace_its_footage(scene, clip):
    scene.neuroedit.film = clip.path
    with pytest.raises(RuntimeError, match="is footage of this timeline"):
        do(bpy.ops.neuroedit.render)
