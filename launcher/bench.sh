# `./redoubt bench NAME`: measures against peers built from the same source, and prints ratios.
. "$REDOUBT_ROOT/launcher/starter-model.sh"

run_bench() {
    local name=${1:-}
    case " $* " in *" --help "* | *" -h "*) name=--help ;; esac
    case "$name" in
        main | engine | soak) shift ;;
        record)
            shift
            require_jdk
            build_jars
            bench_java record --cache "${XDG_CACHE_HOME:-$HOME/.cache}/redoubt/bench" "$@"
            return ;;
        "" | --help | -h)
            echo "./redoubt bench main [--json FILE] [--model FILE]   tokens/s against llama-bench and llama-server, cost of record and credential, start-up, memory"
            echo "./redoubt bench engine [--json FILE] [--model FILE] several people at once against llama-server and llama-batched-bench: tokens/s, first token, gaps, fairness, memory"
            echo "./redoubt bench soak [--seconds 600] [--seed N]             people who leave in the middle and engines that are killed: what is left over afterwards"
            echo "./redoubt bench record [--json FILE] [--entries N] [--only SECTIONS] the record: entries/s against signing and syncing; a record of a million entries (about 4 GB) is made once in the cache"
            return ;;
        *) fail "There is no benchmark '$name'." "There are: main, engine, soak, record." ;;
    esac
    require_for bench
    build_all
    REDOUBT_NATIVE=$("$REDOUBT_ROOT/native/build" --peers | tail -n 1) || fail "The benchmark's peers could not be built." "The lines above say why."
    local model=""
    case " $* " in *" --model "*) ;; *) model=$(starter_model) ;; esac
    gateway_command
    bench_java "$name" ${model:+--model "$model"} "$@" -- "${GATEWAY[@]}"
}
