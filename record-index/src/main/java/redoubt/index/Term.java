package redoubt.index;

/// One value under which an entry is found.
///
/// @param text of a hash its small hexadecimal digits, of a sequence its decimal ones
record Term(Kind kind, String text) {
    /// Whether it is one of few that are in many entries, so that it has a word of its own.
    boolean frequent() {
        return switch (kind) {
            case TYPE, PERSON, MODEL, ADAPTER, TOOL -> true;
            case REQUEST, HASH, REFERS_TO -> false;
        };
    }
}
