"""Promise: whatever the sidebar can say, it says in Chinese, too."""

from __future__ import annotations

import pytest

bpy = pytest.importorskip("bpy")

import strings_shown  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender.window import translation  # noqa: E402


@pytest.mark.parametrize("collect", [strings_shown.of_the_window, strings_shown.of_settings, strings_shown.of_errors])
def test_nothing_that_is_shown_is_missing(collect):
    lacking = sorted({f"{where}: {text!r}" for where, text in collect() if text not in translation.ZH})
    assert not lacking, "not in window/translation/zh_*.py:\n" + "\n".join(lacking)


def test_the_collector_sees_what_is_there():
    seen = {text for _, text in strings_shown.of_the_window()}
    assert {"Auto Edit", "Cancelled; the timeline is as it was", "{} selected of {} strips", "Accept"} <= seen
    assert ("margin_start", "Margin Start") in set(strings_shown.of_settings())
    assert "The strip “{}” shows {}, which does not exist." in {text for _, text in strings_shown.of_errors()}


def test_values_have_the_same_places_in_both_languages():
    for text, said in translation.ZH.items():
        values = [str(number) for number in range(text.count("{}"))]
        assert said.strip(), text
        made = said.format(*values) if values else said
        assert all(value in made for value in values), text


def test_sentences_are_translated_with_the_sentences_in_them():
    def chinese(text: str) -> str:
        return translation._translated(text, "zh_HANS")

    assert chinese("10 cuts, 7 splits: 1:00 became 39.6 s; mixed") == "10 处剪切，7 处拆分：1:00 变为 39.6 s；已混音"
    assert chinese("silence 1.4 s") == "静默 1.4 秒"
    assert chinese("The music /a b.mp3 does not exist. Choose another file in the panel Sound.") == (
        "音乐 /a b.mp3 不存在。请在“声音”面板中另选文件。"
    )
    assert chinese("/home/me/film.mp4") == "/home/me/film.mp4"


def test_blender_is_told_and_told_no_more():
    translation.register()
    translation.unregister()
    assert translation.tables()["zh_HANS"]["Operator", "Auto Edit"] == "自动剪辑"
    if bpy.app.build_options.international:
        _in_blenders_own_language()


def _in_blenders_own_language():
    view = bpy.context.preferences.view
    former = view.language
    view.language = "zh_HANS"
    view.use_translate_interface = True
    translation.register()
    try:
        assert bpy.app.translations.pgettext_iface("Auto Edit", "Operator") == "自动剪辑"
        assert translation.tr("3 selected of 9 strips") == "已选择 9 个片段中的 3 个"
    finally:
        translation.unregister()
        view.language = former


@pytest.mark.skipif(not bpy.app.build_options.international, reason="this Blender speaks English only")
def test_blenders_own_words_do_not_go_before_ours():
    """Blender knows “Lower”, “Track” and “Lines” too, and means other things by them."""
    view = bpy.context.preferences.view
    former = view.language
    neuroedit_addon.register()
    try:
        view.language, view.use_translate_interface = "zh_HANS", True
        project = bpy.types.Scene.bl_rna.properties["neuroedit"].fixed_type
        for group in (project, project.properties["settings"].fixed_type):
            for prop in group.properties:
                shown = [prop.name, *(item.name for item in getattr(prop, "enum_items", ()))]
                for text in shown:
                    if text in translation.ZH and prop.identifier not in ("rna_type", "name"):
                        said = bpy.app.translations.pgettext_iface(text, prop.translation_context)
                        assert said == translation.ZH[text], prop.identifier
    finally:
        neuroedit_addon.unregister()
        view.language = former
