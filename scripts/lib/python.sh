# shellcheck shell=bash
# Finding interpreters and making virtual environments; sourced by the scripts beside it.

user_home() {
    # HOME may be empty or unset under CI.
    if [ -n "${HOME:-}" ]; then
        printf '%s\n' "$HOME"
    else
        getent passwd "$(id -u)" | cut -d: -f6
    fi
}

# find_python 3.13: print the path of a working interpreter of that version, or fail.
find_python() {
    local version=$1 candidate
    local pyenv="${PYENV_ROOT:-$(user_home)/.pyenv}"
    for candidate in \
        "$pyenv/versions/$version".*/bin/python \
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

# ensure_venv FOLDER PYTHON PIP-ARGUMENT...: a virtual environment with these packages. Does
# nothing when it was already made from the same interpreter and arguments;
# one process at a time makes it.
ensure_venv() {
    local folder=$1 python=$2 wanted
    shift 2
    wanted="$("$python" -VV) | $*"
    mkdir -p "$folder"
    (
        flock 9
        if [ "$(cat "$folder/.made-of" 2>/dev/null)" = "$wanted" ]; then
            exit 0
        fi
        echo "making $folder with $("$python" -V 2>&1)"
        "$python" -m venv --clear "$folder"
        retry "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
        printf '%s\n' "$wanted" >"$folder/.made-of"
    ) 9>"${folder%/}.lock"
}

# retry COMMAND...: three attempts; package indexes have bad moments.
retry() {
    local attempt
    for attempt in 1 2 3; do
        if "$@" </dev/null; then
            return 0
        fi
        echo "attempt $attempt failed: $*" >&2
        sleep $((attempt * 3))
    done
    return 1
}
