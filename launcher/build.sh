# Builds what is missing: native libraries (cached outside the checkout), the page, the jars.

# A fingerprint of names, times and sizes: quick, and wrong only on the side of building again.
fingerprint() {
    (cd "$REDOUBT_ROOT" && find "$@" \( -name target -o -name node_modules -o -name dist -o -name test \) -prune -o -type f -printf '%p %T@ %s\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1)
}

build_native() {
    if ! REDOUBT_NATIVE=$("$REDOUBT_ROOT/native/build" --print 2>/dev/null); then
        say "Building the native libraries from pinned sources. This happens once and took 25 minutes of processor time where it was measured."
        REDOUBT_NATIVE=$("$REDOUBT_ROOT/native/build" | tail -n 1) || fail "The native libraries could not be built." "The lines above say at which step and why."
    fi
    export REDOUBT_NATIVE
}

npm_install_page() {
    local stamp=$REDOUBT_ROOT/appliance/web/node_modules/.redoubt-lock
    cmp -s "$REDOUBT_ROOT/appliance/web/package-lock.json" "$stamp" && return
    working "Fetching the page's libraries" npm --prefix "$REDOUBT_ROOT/appliance/web" ci --ignore-scripts --no-audit --no-fund
    cp "$REDOUBT_ROOT/appliance/web/package-lock.json" "$stamp"
}

build_page() {
    local now stamp=$REDOUBT_ROOT/appliance/web/dist/.fingerprint
    now=$(fingerprint appliance/web)
    [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && return
    npm_install_page
    working "Building the page" npm --prefix "$REDOUBT_ROOT/appliance/web" run --silent build
    fingerprint appliance/web >"$stamp"
}

maven() {
    (cd "$REDOUBT_ROOT" && mvn --batch-mode --strict-checksums --no-transfer-progress "-Dredoubt.native=${REDOUBT_NATIVE:-}" "$@")
}

jar_sources() {
    fingerprint pom.xml native/pom.xml native/src fixtures hardware-profiles provenance verifier record-index appliance/engine appliance/service bench appliance/web/src
}

build_jars() {
    local now stamp=$REDOUBT_ROOT/appliance/service/target/.fingerprint
    now=$(jar_sources)
    [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && return
    require_for run
    build_native
    build_page
    working "Building Redoubt" maven -q -DskipTests package
    printf '%s\n' "$now" >"$stamp"
}

# For a command that speaks to what runs: the jars that are there, even when the sources have
# changed since. Building now would replace files that the running appliance has open.
use_jars() {
    require_jdk
    [ -f "$REDOUBT_ROOT/appliance/service/target/.fingerprint" ] && [ -d "$MODULES" ] || build_jars
}

rehearse() {
    gateway_command bare
    bench_java rehearse --out "$AOT" -- "${GATEWAY[@]}"
}

# Without these caches everything works, and starts later; so a Java that cannot make them is no failure.
build_aot() {
    local now
    now="$(cat "$REDOUBT_ROOT/appliance/service/target/.fingerprint") $JAVA_HOME"
    [ "$(cat "$AOT/.fingerprint" 2>/dev/null)" = "$now" ] && return
    rm -rf "$AOT"
    mkdir -p "$AOT"
    (working "Rehearsing a start, so that later ones are shorter" rehearse) || {
        [ $? != 130 ] || exit 130
        say "The rehearsal failed, as said above. Redoubt works without it, but takes longer to start."
    }
    printf '%s\n' "$now" >"$AOT/.fingerprint"
}

build_all() {
    build_native
    build_page
    build_jars
    build_aot
}
