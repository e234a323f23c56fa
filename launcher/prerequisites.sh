# What a machine must have, per purpose. On Debian and Ubuntu, as root or through sudo, what is missing
# is installed by apt, and said; elsewhere the missing parts are named exactly.

# command on the PATH -> Debian package that brings it
PACKAGE_OF="cmake=cmake ninja=ninja-build g++=g++ pip3=python3-pip python3=python3 mvn=maven node=nodejs npm=npm
 chromium=chromium nm=binutils flock=util-linux unzip=unzip sha256sum=coreutils"

commands_for() {
    local native="" build="mvn node npm flock sha256sum"
    REDOUBT_NATIVE=$("$REDOUBT_ROOT/native/build" --print 2>/dev/null) || native="cmake ninja g++ python3 pip3 cargo"
    case "$1" in
        run) echo "$build $native python3 pip3 unzip" ;;
        test) echo "$build g++ python3 pip3 nm chromium $native" ;;
        bench) echo "$build cmake ninja g++ python3 pip3 cargo unzip" ;;
    esac
}

has() {
    case "$1" in
        pip3) command -v pip3 >/dev/null || python3 -m pip --version >/dev/null 2>&1 ;;
        chromium) [ -x "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

package_of() {
    local pair
    for pair in $PACKAGE_OF; do
        [ "${pair%%=*}" != "$1" ] || { echo "${pair#*=}"; return; }
    done
}

install_packages() {
    command -v apt-get >/dev/null || return 1
    local sudo=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null && sudo="sudo" || return 1
    fi
    say "Installing by apt: $*"
    $sudo apt-get update -qq >/dev/null 2>&1 || say "apt-get update did not succeed; trying with the package lists that are here."
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq "$@" >/dev/null
}

RUST_MIN=1.95
NODE_MIN=18

at_least() { # VERSION MINIMUM
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

require_versions() {
    case " $1 " in *" cargo "*)
        local rust=""
        command -v rustc >/dev/null && rust=$(rustc --version | cut -d' ' -f2)
        [ -n "$rust" ] && at_least "$rust" "$RUST_MIN" || fail "Rust $RUST_MIN or newer is needed to build the C2PA library; found: ${rust:-none}." \
            "Distributions often carry an older one. Install it with rustup (rustup.rs), then run this again."
        ;;
    esac
    local node
    node=$(node --version | tr -d v)
    at_least "$node" "$NODE_MIN" || fail "Node.js $NODE_MIN or newer is needed to build the page; found $node." \
        "Install a newer Node.js, then run this again."
}

# require_for run|test|bench
require_for() {
    local wanted name missing="" packages="" unknown=""
    require_jdk
    wanted=$(commands_for "$1")
    for name in $wanted; do
        has "$name" && continue
        missing="$missing $name"
        local package
        package=$(package_of "$name")
        if [ -n "$package" ]; then packages="$packages $package"; else unknown="$unknown $name"; fi
    done
    # shellcheck disable=SC2086 # a list of package names
    [ -z "$packages" ] || install_packages $packages || true
    local still=""
    for name in $missing; do has "$name" || [ "$name" = cargo ] || still="$still $name"; done
    [ -z "$still" ] || fail "Missing:$still." "Install them (Debian names:$packages), then run this again."
    require_versions "$wanted"
}
