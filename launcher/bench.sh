# `./redoubt bench NAME`: measures against peers built from the same source, and prints ratios.
. "$REDOUBT_ROOT/launcher/starter-model.sh"

run_bench() {
    local name=${1:-}
    case "$name" in
        main) shift ;;
        "" | --help | -h)
            echo "./redoubt bench main [--json FILE] [--model FILE]   tokens/s against llama-bench and llama-server, cost of record and credential, start-up, memory"
            return ;;
        *) fail "There is no benchmark '$name'." "There is: main." ;;
    esac
    require_for bench
    build_all
    REDOUBT_NATIVE=$("$REDOUBT_ROOT/native/build" --peers | tail -n 1) || fail "The benchmark's peers could not be built." "The lines above say why."
    local model=""
    case " $* " in *" --model "*) ;; *) model=$(starter_model) ;; esac
    java "${JAVA_ACCESS[@]}" -Dredoubt.native="$REDOUBT_NATIVE" -Dredoubt.root="$REDOUBT_ROOT" \
        -p "$MODULES:$REDOUBT_ROOT/bench/target/redoubt-bench-0.1.0.jar" \
        -m redoubt.bench/redoubt.bench.Main "$name" ${model:+--model "$model"} "$@"
}
