# Finds JDK 25, whatever `java` on the PATH is, and starts our mains with it.

jdk_25_at() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
    if [ -r "$1/release" ]; then
        grep -q '^JAVA_VERSION="25[."]' "$1/release"
    else
        "$1/bin/java" -version 2>&1 | head -n 1 | grep -q '"25[."]'
    fi
}

find_jdk() {
    local candidate on_path
    on_path=$(command -v javac || true)
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk* /opt/java/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
        ${on_path:+"$(dirname "$(dirname "$(readlink -f "$on_path")")")"}; do
        if [ -n "$candidate" ] && jdk_25_at "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

require_jdk() {
    has jdk || install_packages openjdk-25-jdk-headless
    has jdk || fail "JDK 25 was not found, and $(why_not_installed)." "$(advice_for jdk)" "Then run this again."
    use_jdk
}

use_jdk() {
    JAVA_HOME=$(find_jdk)
    export JAVA_HOME
    export PATH="$JAVA_HOME/bin:$PATH"
}

MODULES=$REDOUBT_ROOT/appliance/service/target/modules
JAVA_ACCESS=(--enable-native-access=redoubt.foreign --illegal-native-access=deny)

# Ahead-of-time caches of both Java processes, made by build.sh. The JVM ignores one that does not fit.
AOT=$REDOUBT_ROOT/appliance/service/target/aot

# The command of a gateway, as run.sh starts it and the benchmark measures it, in GATEWAY.
gateway_command() {
    GATEWAY=("$JAVA_HOME/bin/java" "${JAVA_ACCESS[@]}" -XX:+UseSerialGC "-Xmx${REDOUBT_GATEWAY_MEMORY:-1g}" -Xlog:disable -Xlog:all=error:stderr)
    if [ "${1:-}" != bare ] && [ -f "$AOT/gateway.aot" ]; then
        GATEWAY+=("-XX:AOTCache=$AOT/gateway.aot" "-Dredoubt.aot=$AOT")
    fi
    GATEWAY+=(-p "$MODULES" -m redoubt.appliance/redoubt.appliance.Main)
}

appliance_java() {
    java "${JAVA_ACCESS[@]}" -XX:+UseSerialGC -Xshare:auto -p "$MODULES" -m redoubt.appliance/redoubt.appliance.Main "$@"
}

hardware_java() {
    java "${JAVA_ACCESS[@]}" -Dredoubt.native="$REDOUBT_NATIVE" -p "$MODULES" -m redoubt.hardware/redoubt.hardware.ProfileMain "$@"
}

bench_java() {
    java "${JAVA_ACCESS[@]}" -Dredoubt.native="${REDOUBT_NATIVE:-}" \
        -p "$MODULES:$REDOUBT_ROOT/bench/target/redoubt-bench-0.1.0.jar:$REDOUBT_ROOT/fixtures/target/redoubt-fixtures-0.1.0.jar" \
        -m redoubt.bench/redoubt.bench.Main "$@"
}

verifier_java() {
    java -jar "$REDOUBT_ROOT/verifier/target/redoubt-verify.jar" "$@"
}
