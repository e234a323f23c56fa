# What a person sees while the launcher works: progress on stderr, results on stdout.

say() {
    [ "${REDOUBT_QUIET:-}" = 1 ] || printf '%s\n' "$*" >&2
}

# fail WHAT-HAPPENED WHAT-TO-DO
fail() {
    printf 'redoubt: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '         %s\n' "$line" >&2; done
    exit 1
}

# working "What is being done" COMMAND…: one line that counts seconds; the whole output only on failure.
# The command has a process group of its own, so that an interrupt ends all of it, and not only us.
working() {
    local what=$1 log started code=0 child
    shift
    log=$(mktemp)
    started=$SECONDS
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    child=$!
    set +m
    # shellcheck disable=SC2064 # the values of now
    trap "interrupted $child $(printf %q "$log")" INT TERM HUP
    while kill -0 "$child" 2>/dev/null; do
        if [ -t 2 ] && [ "${REDOUBT_QUIET:-}" != 1 ]; then printf '\r%s … %ss ' "$what" $((SECONDS - started)) >&2; fi
        sleep 0.2
    done
    wait "$child" || code=$?
    trap - INT TERM HUP
    [ ! -t 2 ] || [ "${REDOUBT_QUIET:-}" = 1 ] || printf '\r' >&2
    if [ "$code" -ne 0 ]; then
        cat "$log" >&2
        rm -f "$log"
        fail "$what: failed with status $code." "The output above says why."
    fi
    say "$what: done in $((SECONDS - started)) s"
    rm -f "$log"
}

interrupted() {
    kill -TERM -- "-$1" 2>/dev/null || true
    rm -f "$2"
    say ""
    say "Interrupted. What was finished before stays finished."
    exit 130
}
