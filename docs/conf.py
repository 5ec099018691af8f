"""The configuration of Sphinx: `make docs`."""

import tomllib
from pathlib import Path

import requests
from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from supabase_gotrue import __version__
from supabase_gotrue.transports import requests_transport as transport

# The package imports it at the first call, and autodoc wants to read its annotations.
vars(transport)["requests"] = requests

# Replacements that make signatures shorter.
SHORTER = {
    "~datetime.Annotated[~datetime.datetime, msgspec.Meta(tz=True)]": "datetime",
    "<factory>": "{}",
}

# Words that people search for, by page and section.
SEARCH_TERMS = tomllib.loads(Path(__file__).with_name("search_terms.toml").read_text())

project = "supabase-gotrue"
author = "the supabase-gotrue authors"
release = version = __version__
html_title = f"supabase-gotrue {version}"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "examples"]
nitpicky = False

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
# In docstrings single backquotes are code, as in Markdown.
default_role = "code"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
toc_object_entries_show_parents = "hide"
python_maximum_signature_line_length = 80
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_search_scorer = str(Path(__file__).with_name("search.js"))
html_show_copyright = False
html_show_sphinx = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


class AddSearchTerms(SphinxTransform):
    """Add the words of `SEARCH_TERMS` to the index of the site."""

    default_priority = 800  # before the index is collected

    def apply(self):
        for anchor, terms in SEARCH_TERMS.get(self.env.docname, {}).items():
            sections = self.document.findall(nodes.section)
            [section] = [each for each in sections if anchor in each["ids"]]
            entries = [("single", term, anchor, "main", None) for term in terms]
            section.insert(1, addnodes.index(entries=entries))


def shorten_signature(_app, _what, _name, _object, _options, signature, returned):
    for long, short in SHORTER.items():
        signature = signature and signature.replace(long, short)
    return signature, returned


def label_cells(_app, doctree, _name):
    """Put the head of its column into each cell: on phones, rows become cards without a head."""
    for table in doctree.findall(nodes.table):
        heads = [entry.astext() for head in table.findall(nodes.thead) for entry in cells(head)]
        if len(heads) < 3:
            continue
        for row in (row for body in table.findall(nodes.tbody) for row in body):
            for head, entry in list(zip(heads, cells(row), strict=True))[1:]:
                if head and entry.astext():
                    entry[0].insert(0, nodes.inline("", head, classes=["cell-label"]))


def cells(node):
    return node.findall(nodes.entry)


def setup(app):
    app.add_transform(AddSearchTerms)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("doctree-resolved", label_cells)
