#!/usr/bin/env bash
# Make an environment with real MXNet 1.9.1, the reference that compat_tests records from.
#
#   scripts/make_oracle.sh [folder]          default: .oracle in the repository root
#
# Takes the first Python 3.8-3.11 it finds: $MXSHIM_ORACLE_PYTHON, PATH, pyenv, uv. Does nothing when the
# folder holds a working reference already. Exit codes: 2 no such interpreter, 3 wrong platform, 1 anything else.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
folder="${1:-$root/.oracle}"
versions="3.10 3.11 3.9 3.8"

works() { # the reference imports, computes and is what it should be
    "$folder/bin/python" -W ignore - >/dev/null 2>&1 <<'PY'
import hypothesis, pytest
import mxnet
assert mxnet.__version__ == "1.9.1" and float(mxnet.nd.ones((2, 2)).sum().asscalar()) == 4.0
PY
}

fits() { # $1 is a Python that MXNet 1.9.1 runs on and that can make environments
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 8) <= sys.version_info[:2] <= (3, 11))' 2>/dev/null
}

candidates() {
    local version
    if [ -n "${MXSHIM_ORACLE_PYTHON:-}" ]; then echo "$MXSHIM_ORACLE_PYTHON"; fi
    for version in $versions; do command -v "python$version" || true; done
    for version in $versions; do
        ls -d "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python 2>/dev/null || true
    done
    for name in python3 python; do command -v "$name" || true; done
    if command -v uv >/dev/null; then
        for version in $versions; do uv python find "$version" 2>/dev/null || true; done
    fi
}

find_python() {
    local python
    while read -r python; do
        if fits "$python"; then
            echo "$python"
            return
        fi
    done < <(candidates)
    if command -v uv >/dev/null && uv python install 3.10 >&2; then uv python find 3.10; fi
}

if works; then
    echo "reference ready: $folder/bin/python (MXNet 1.9.1)"
    exit 0
fi

if [ "$(uname -s)-$(uname -m)" != "Linux-x86_64" ]; then
    echo "make_oracle: MXNet 1.9.1 has packages for Linux on x86-64 only; this is $(uname -s) on $(uname -m)." >&2
    echo "Replaying the parity tests (python -m pytest compat_tests) needs no MXNet and works here." >&2
    exit 3
fi

python="$(find_python)"
if [ -z "$python" ]; then
    echo "make_oracle: no Python 3.8, 3.9, 3.10 or 3.11 found (looked at \$MXSHIM_ORACLE_PYTHON, PATH, pyenv, uv)." >&2
    echo "MXNet 1.9.1 runs on no newer one. Install one of them, or name it: MXSHIM_ORACLE_PYTHON=/path/to/python3.10 $0" >&2
    exit 2
fi

echo "making the reference in $folder with $("$python" --version 2>&1)"
"$python" -m venv --clear "$folder"
pip=("$folder/bin/python" -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" "numpy==1.23.5" requests graphviz pytest hypothesis
"${pip[@]}" --no-deps "mxnet==1.9.1"

if ! works; then
    echo "make_oracle: MXNet 1.9.1 was installed into $folder but does not run:" >&2
    "$folder/bin/python" -W ignore -c "import mxnet; print(mxnet.nd.ones((2, 2)).sum())" >&2 || true
    exit 1
fi
echo "reference ready: $folder/bin/python (MXNet 1.9.1)"
