# `./redoubt test`: the whole suite, from the style of the source to a browser that asks a question.

run_tests() {
    case "${1:-}" in
        --help | -h) echo "./redoubt test [MAVEN-ARGUMENT…]   builds everything and runs every test; ends with their counts"; return ;;
    esac
    require_for test
    build_native
    npm_install_page
    build_page
    say "Page: types and tests"
    npm --prefix "$REDOUBT_ROOT/appliance/web" run --silent check
    npm --prefix "$REDOUBT_ROOT/appliance/web" test
    say "Modules: format, build and tests"
    maven spotless:check verify "$@"
    [ $# -eq 0 ] || return 0
    rm -rf "$AOT"
    working "Rehearsing a start with what was packaged" rehearse
}
