"""Handbook of Lantian: Markdown by MyST, drawn by Furo, nothing loaded from another host."""

import lantian

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
