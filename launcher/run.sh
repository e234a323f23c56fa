# `./redoubt run`: build, then become the appliance (or leave it running behind with --detach).
. "$REDOUBT_ROOT/launcher/starter-model.sh"

run_usage() {
    cat <<'TEXT'
./redoubt run [options]
  --home DIR                   where everything of this site is kept (default ~/.local/share/redoubt)
  --port N                     the port of the page and the API (default 8443)
  --connections-per-address N  connections that one address may have (default 256 of 1024)
  --bind ADDRESS               the address to listen on (default 127.0.0.1)
  --model FILE                 a GGUF file (default: the starter model, fetched once)
  --admin-password-file FILE   the first administrator's password, instead of a generated one
  --memory SIZE                what the gateway may take, such as 2g (default 1g, enough for ten
                               million entries of the record)
  --detach                     return when the appliance is ready; ./redoubt stop --home DIR ends it
  --quiet                      no progress
  --json                       one JSON object instead of sentences
TEXT
}

run_appliance() {
    local home=${XDG_DATA_HOME:-${HOME:-}/.local/share}/redoubt model="" detach=0 pass=()
    while [ $# -gt 0 ]; do
        case "$1" in
            --home | --port | --bind | --model | --admin-password-file | --connections-per-address | --memory)
                [ -n "${2:-}" ] || fail "$1 needs a value." "./redoubt run --help lists what each takes."
                case "$1" in
                    --home) home=$(readlink -m "$2") ;;
                    --model) model=$(readlink -m "$2") ;;
                    --memory)
                        [[ "$2" =~ ^[1-9][0-9]{0,5}[mg]$ ]] || fail "--memory is a number of mebibytes or gibibytes, such as 512m or 2g."
                        REDOUBT_GATEWAY_MEMORY=$2
                        ;;
                    --admin-password-file) pass+=("$1" "$(readlink -m "$2")") ;;
                    *) pass+=("$1" "$2") ;;
                esac
                shift 2 ;;
            --detach) detach=1; shift ;;
            --quiet) REDOUBT_QUIET=1; export REDOUBT_QUIET; pass+=("$1"); shift ;;
            --json) pass+=("$1"); shift ;;
            --help | -h) run_usage; return ;;
            *) fail "run does not know '$1'." "./redoubt run --help lists its options." ;;
        esac
    done
    [ -z "$model" ] || [ -f "$model" ] || fail "There is no model file at $model." "Give --model the path of a GGUF file, or leave it out for the starter model."
    require_for run
    build_all
    [ -n "$model" ] || model=$(starter_model)
    pass=(serve --home "$home" --model "$model" --native "$REDOUBT_NATIVE" ${pass[@]+"${pass[@]}"})
    if [ "$detach" = 1 ]; then
        start_detached "$home" "${pass[@]}"
    else
        exec_appliance "${pass[@]}"
    fi
}

exec_appliance() {
    gateway_command
    exec "${GATEWAY[@]}" "$@"
}

# Whether a folder is a home, or can become one; anything else is not ours to change.
is_home_or_free() {
    [ -e "$1" ] || return 0
    [ -d "$1" ] || return 1
    [ -e "$1/layout.json" ] || [ -e "$1/installing" ] || [ -e "$1/run/gateway.log" ] || [ -z "$(ls -A "$1" | grep -vxE 'run|profiles|lost\+found|lock')" ]
}

# The appliance's standard output is read through a pipe, not a file: it carries the first password.
# With --detach the appliance closes it once it is ready, or when it dies.
start_detached() {
    local home=$1 log before pipe pid reader follower=""
    shift
    is_home_or_free "$home" || fail "$home is not a Redoubt home (it has no layout.json) and is not empty. Nothing was changed." "Give an empty or a new folder as --home."
    (umask 077 && mkdir -p "$home/run" && : >>"$home/run/gateway.log") 2>/dev/null ||
        fail "The home folder $home cannot be written. Nothing was started." "Use the account that owns it, or give another --home."
    log=$home/run/gateway.log
    before=$(stat -c %s "$log")
    pipe=$(mktemp -u "$home/run/.start-XXXXXX")
    mkfifo -m 600 "$pipe"
    if [ "${REDOUBT_QUIET:-}" != 1 ]; then
        tail --pid=$$ -n 0 -f "$log" >&2 &
        follower=$!
    fi
    (exec_appliance_detached "$pipe" "$log" "$@") &
    pid=$!
    # Interrupted before it is ready, it would go on without anybody having seen the password.
    # `wait` can be interrupted; a command in the foreground could not.
    cat "$pipe" &
    reader=$!
    # shellcheck disable=SC2064 # the values of now
    trap "kill $pid $follower $reader 2>/dev/null; rm -f $(printf %q "$pipe"); exit 130" INT TERM HUP
    wait "$reader" || true
    trap - INT TERM HUP
    rm -f "$pipe"
    sleep 0.1
    [ -z "$follower" ] || { sleep 0.3; kill "$follower" 2>/dev/null || true; wait "$follower" 2>/dev/null || true; }
    if ! kill -0 "$pid" 2>/dev/null; then
        local code=0
        wait "$pid" || code=$?
        [ "${REDOUBT_QUIET:-}" != 1 ] || tail -c "+$((before + 1))" "$log" >&2
        exit "$code"
    fi
    disown "$pid"
}

# Whatever else the caller has open (a lock, a pipe that somebody waits for the end of) is not the
# appliance's to keep open for days.
close_inherited() {
    local open
    for open in /proc/"$BASHPID"/fd/*; do
        open=${open##*/}
        case "$open" in 0 | 1 | 2 | *[!0-9]*) ;; *) eval "exec $open>&-" ;; esac
    done
}

exec_appliance_detached() {
    local pipe=$1 log=$2
    shift 2
    trap '' HUP
    close_inherited
    gateway_command
    exec setsid "${GATEWAY[@]}" "$@" --detached \
        >"$pipe" 2>>"$log" </dev/null
}
