"""Install the import alias in a new interpreter, before its program starts.

``python -m mxshim`` puts this folder on PYTHONPATH for the processes that its program starts, and
the wheel's ``mxshim.pth`` puts it on ``sys.path`` where MXSHIM_INSTALL is set. Python imports
``sitecustomize`` from there at start-up; this one takes its folder off ``sys.path`` again, installs
the alias without importing mxshim itself (a child that never imports mxnet pays nothing) and then
runs the ``sitecustomize`` that it stood in front of. Another Python may find this file on the
inherited PYTHONPATH, so it must at least compile there: no modern syntax.
"""

import os
import sys


def _install():
    import importlib.machinery
    import importlib.util

    shim = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    root = os.path.dirname(os.path.dirname(shim))
    if importlib.machinery.PathFinder.find_spec("mxshim") is None:
        if os.path.basename(root) in ("site-packages", "dist-packages"):
            return  # another interpreter's environment: nothing here fits this one
        sys.path.append(root)  # a source checkout
    name = "mxshim._shim.alias"
    if name in sys.modules:
        return  # an installation and a checkout both put their folder on the path
    spec = importlib.util.spec_from_file_location(name, os.path.join(shim, "alias.py"))
    alias = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(alias)
    alias.install_from_environment()


def _run_the_next():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    mine = sys.modules.pop(__name__)
    try:
        __import__(__name__)
    except ImportError as error:
        if error.name != __name__:
            raise
    finally:
        # Python's import of this file goes on and expects to find it.
        sys.modules.setdefault(__name__, mine)


if __name__ == "sitecustomize":
    try:
        if sys.version_info >= (3, 10):  # noqa: UP036 (any Python may run this file)
            _install()
    finally:
        _run_the_next()
