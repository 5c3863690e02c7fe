# shellcheck shell=bash
# Finding interpreters and making virtual environments; sourced by the scripts, at the
# repository's top.

# HOME may be empty or unset under CI, and pip, git and pyenv need one.
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export HOME PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# find_python 3.13: print the path of a working interpreter of that version, or fail.
find_python() {
    local version=$1 candidate neighbours
    # Where the python3 of the PATH lies beside others, as under pyenv, whatever HOME is.
    neighbours=$(python3 -c 'import os, sys; print(os.path.dirname(sys.base_prefix))' || true)
    for candidate in \
        "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python \
        "$neighbours/$version".*/bin/python \
        "$(type -P "python$version" || true)" \
        "$(type -P python3 || true)" \
        "$(type -P python || true)"; do
        if [ -x "$candidate" ] && is_version "$candidate" "$version"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

is_version() {
    [ "$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$2" ]
}

# present VERSION...: print those of the versions that this machine has.
present() {
    local version
    for version in "$@"; do
        if find_python "$version" >/dev/null; then
            printf '%s\n' "$version"
        fi
    done
}

# ensure_venv FOLDER PYTHON PIP-ARGUMENT...: a virtual environment with these packages. Does
# nothing when it was already made from the same interpreter, arguments and, for this project
# itself, the same pyproject.toml and place. One process at a time makes it.
ensure_venv() {
    local folder=$1 python=$2 wanted
    shift 2
    wanted="$("$python" -VV 2>&1) | $*"
    case " $* " in
        *" -e "*) wanted="$wanted | $PWD | $(cksum <pyproject.toml)" ;;
    esac
    mkdir -p "$folder"
    (
        flock 9
        if [ "$(cat "$folder/.made-of" 2>/dev/null)" = "$wanted" ]; then
            exit 0
        fi
        echo "making $folder with $("$python" -V 2>&1)"
        "$python" -m venv --clear "$folder"
        # pip before 25.1 does not know dependency groups.
        retry "$folder/bin/python" -m pip install --quiet 'pip>=25.1'
        retry "$folder/bin/python" -m pip install --quiet "$@"
        printf '%s\n' "$wanted" >"$folder/.made-of"
    ) 9>"${folder%/}.lock" </dev/null
}

# project_venv VERSION: make the environment of this project for that Python, and print its folder.
project_venv() {
    local folder=.cache/venvs/$1 python
    python=$(find_python "$1")
    ensure_venv "$folder" "$python" -e '.[postgres,mysql,demo,metrics,http2]' --group dev --group test >&2
    printf '%s\n' "$folder"
}

# retry COMMAND...: three attempts; package indexes have bad moments.
retry() {
    local attempt
    for attempt in 1 2 3; do
        if "$@"; then
            return 0
        fi
        echo "attempt $attempt failed: $*" >&2
        sleep $((attempt * 3))
    done
    return 1
}
