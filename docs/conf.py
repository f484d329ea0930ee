"""Handbook of Lantian: Markdown by MyST, drawn by Furo, nothing loaded from another host."""

import sys
from pathlib import Path
from typing import Any

import lantian

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import notebook_page

project = "Lantian 蓝天"
author = "The Lantian developers"
copyright = "The Lantian developers, Apache-2.0"
version = release = lantian.__version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"

html_theme = "furo"
html_title = "Lantian 蓝天"
html_static_path: list[str] = []
html_show_sourcelink = False


def setup(app: Any) -> None:
    """Figures of the notebook pages are drawn anew by their own code, and not kept."""
    app.connect("builder-inited", lambda _: notebook_page.draw_all())
