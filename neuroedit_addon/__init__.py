"""NeuroEdit: edits video with neural networks in Blender's Video Sequence Editor.

The nouns lie here, the rooms beside them: worker/ looks and listens in another process, planner/ decides, blender/
carries decisions out. Importing this package imports none of them: the worker runs where there is no Blender.
"""

from importlib import import_module

_WINDOW = ".blender.window"


def register() -> None:
    """Add everything to Blender's interface; when it fails, nothing is left behind."""
    import_module(_WINDOW, __package__).register()


def unregister() -> None:
    """Take everything away again."""
    import_module(_WINDOW, __package__).unregister()
