#!/bin/sh
# safeguards: checks production; takes the flags of `safeguards verify` and exits with its code.
# `safeguards install --script` wrote it; `safeguards uninstall` removes it while it is unchanged.
program=safeguards # on the PATH, else where the clone that ran the install has it
here=$(dirname -- "$0")
command -v "$program" >/dev/null 2>&1 || program=$(git -C "$here" config safeguards.program)
exec "${program:-safeguards}" verify "$@"
