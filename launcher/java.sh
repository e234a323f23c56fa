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

appliance_java() {
    java "${JAVA_ACCESS[@]}" -XX:+UseSerialGC -Xshare:auto -p "$MODULES" -m redoubt.appliance/redoubt.appliance.Main "$@"
}

hardware_java() {
    java "${JAVA_ACCESS[@]}" -Dredoubt.native="$REDOUBT_NATIVE" -p "$MODULES" -m redoubt.hardware/redoubt.hardware.ProfileMain "$@"
}

verifier_java() {
    java -jar "$REDOUBT_ROOT/verifier/target/redoubt-verify.jar" "$@"
}
