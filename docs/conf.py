"""How Sphinx builds the site: `make docs`."""

import requests

from supabase_gotrue import __version__
from supabase_gotrue.transports import default as transport

# The package imports it at the first call, and autodoc wants to read its annotations.
vars(transport)["requests"] = requests

# What reads better than the signature that Python has.
SHORTER = {
    "~datetime.Annotated[~datetime.datetime, msgspec.Meta(tz=True)]": "datetime",
    "<factory>": "{}",
}

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
python_maximum_signature_line_length = 80
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sphinx = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def plain_signature(_app, _what, _name, _object, _options, signature, returned):
    for long, short in SHORTER.items():
        signature = signature and signature.replace(long, short)
    return signature, returned


def setup(app):
    app.connect("autodoc-process-signature", plain_signature)
