# What a machine must have, per purpose. On Debian and Ubuntu, as root or through sudo, what is missing
# is installed by apt, and said; elsewhere, and for what apt does not have, everything that is missing
# is named at once, with what to do.

RUST_MIN=1.95
NODE_MIN=18
# The driver of the browser in the page's tests wants more than the page's build.
NODE_TEST_MIN=20

# command -> Debian package that brings it. `jdk`, `venv` and `node-for-tests` are no commands:
# see `has`.
PACKAGE_OF="jdk=openjdk-25-jdk-headless cmake=cmake ninja=ninja-build g++=g++ pip3=python3-pip python3=python3
 venv=python3-venv mvn=maven node=nodejs node-for-tests=nodejs npm=npm chromium=chromium nm=binutils git=git flock=util-linux
 unzip=unzip sha256sum=coreutils"

needs_for() {
    local native="" build="jdk mvn node npm flock sha256sum"
    REDOUBT_NATIVE=$("$REDOUBT_ROOT/native/build" --print 2>/dev/null) || native="cmake ninja g++ python3 pip3 cargo"
    case "$1" in
        run) echo "$build $native python3 pip3 unzip" ;;
        test) echo "$build node-for-tests g++ python3 pip3 venv nm git chromium $native" ;;
        bench) echo "$build cmake ninja g++ python3 pip3 cargo unzip" ;;
    esac
}

has() {
    case "$1" in
        jdk) find_jdk >/dev/null ;;
        pip3) command -v pip3 >/dev/null || python3 -m pip --version >/dev/null 2>&1 ;;
        venv) python3 -c 'import ensurepip' >/dev/null 2>&1 ;;
        chromium) [ -x "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ;;
        cargo) command -v cargo >/dev/null && at_least "$(version_of rustc)" "$RUST_MIN" ;;
        node-for-tests) command -v node >/dev/null && at_least "$(version_of node)" "$NODE_TEST_MIN" ;;
        node) command -v node >/dev/null && at_least "$(version_of node)" "$NODE_MIN" ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

version_of() {
    "$1" --version 2>/dev/null | head -n 1 | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || echo 0
}

at_least() { # VERSION MINIMUM
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

package_of() {
    local pair
    for pair in $PACKAGE_OF; do
        [ "${pair%%=*}" != "$1" ] || { echo "${pair#*=}"; return; }
    done
}

# What a person has to do for a thing that needs more than a package of any age.
advice_for() {
    case "$1" in
        jdk)
            echo "JDK 25: install one (for example Temurin 25, adoptium.net). If it stands in an unusual place, set JAVA_HOME to its folder."
            ;;
        cargo)
            echo "Rust $RUST_MIN or newer, for the C2PA library: install it with rustup (rustup.rs); distributions often carry an older one. Found: $(found rustc)."
            ;;
        node-for-tests) ! command -v node >/dev/null || echo "Node.js $NODE_TEST_MIN or newer, for the tests of the page in a browser (nodejs.org; Debian 12 has 18). Found: $(found node)." ;;
        node) ! command -v node >/dev/null || echo "Node.js $NODE_MIN or newer, for the page (nodejs.org). Found: $(found node)." ;;
    esac
}

found() {
    if command -v "$1" >/dev/null; then version_of "$1"; else echo none; fi
}

# How this account installs packages: "", "sudo", or a failure where it cannot.
privilege() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && echo sudo; }
}

# Whether apt has a package that is not here, or a newer one.
in_apt() {
    apt-cache policy "$1" 2>/dev/null |
        awk '$1 == "Installed:" { here = $2 } $1 == "Candidate:" { there = $2 } END { exit !(there != "" && there != "(none)" && there != here) }'
}

# install_packages NAME…: those that apt has; the others are left for the advice.
install_packages() {
    local sudo name wanted=()
    sudo=$(privilege) || return 0
    $sudo apt-get update -qq >/dev/null 2>&1 || say "apt-get update did not succeed; trying with the package lists that are here."
    for name in "$@"; do in_apt "$name" && wanted+=("$name"); done
    [ ${#wanted[@]} -gt 0 ] || return 0
    say "Installing by apt, with what they need (some minutes): ${wanted[*]}"
    # In the foreground: sudo may ask for a password.
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null ||
        say "apt-get install did not succeed; its words are above."
}

# require_for run|test|bench
require_for() {
    local needs name missing=() packages=() lines=()
    needs=$(needs_for "$1")
    for name in $needs; do
        has "$name" && continue
        case " ${missing[*]-} " in *" $name "*) continue ;; esac
        missing+=("$name")
        [ -z "$(package_of "$name")" ] || packages+=("$(package_of "$name")")
    done
    [ ${#packages[@]} -eq 0 ] || install_packages "${packages[@]}"
    packages=()
    for name in ${missing[@]+"${missing[@]}"}; do
        has "$name" && continue
        if [ -n "$(advice_for "$name")" ]; then lines+=("- $(advice_for "$name")"); else packages+=("$(package_of "$name")"); fi
    done
    [ ${#packages[@]} -eq 0 ] || lines+=("- $(by_package "${packages[@]}")")
    [ ${#lines[@]} -eq 0 ] || fail "This is missing, and $(why_not_installed):" "${lines[@]}" "Nothing was built or started. Install it, then run this again."
    use_jdk
}

by_package() {
    if command -v apt-get >/dev/null; then
        echo "as root: apt-get install --no-install-recommends $*"
    else
        echo "what Debian calls: $*"
    fi
}

why_not_installed() {
    if ! command -v apt-get >/dev/null; then
        echo "this system has no apt, by which it could be installed for you"
    elif ! privilege >/dev/null; then
        echo "this account may not install packages (it is not root, and there is no sudo)"
    else
        echo "this system's apt does not have it or could not install it"
    fi
}
