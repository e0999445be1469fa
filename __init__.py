"""Where Blender enters the extension; everything is in neuroedit_addon/.

The checkout has the shape of the installed extension, so this file lies at its top. Imports stay inside the two
functions: pytest and other tools may read this file without Blender.
"""


def register() -> None:
    """Called by Blender when the extension is enabled."""
    from . import neuroedit_addon

    neuroedit_addon.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    from . import neuroedit_addon

    neuroedit_addon.unregister()
