package redoubt.verifier;

/// Writes JSON (RFC 8259) of strings, objects and lists, which is all that a report needs; the
/// verifier carries no library for it. The caller keeps the order of open and close. One thread.
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    private boolean isFirst = true;

    JsonText open(char bracket) {
        text.append(bracket);
        isFirst = true;
        return this;
    }

    JsonText close(char bracket) {
        text.append(bracket);
        isFirst = false;
        return this;
    }

    /// Begins the next item of a list.
    JsonText item() {
        if (!isFirst) {
            text.append(',');
        }
        isFirst = false;
        return this;
    }

    JsonText name(String name) {
        item();
        string(name);
        text.append(':');
        return this;
    }

    JsonText raw(String value) {
        text.append(value);
        return this;
    }

    JsonText field(String name, String value) {
        name(name);
        string(value);
        return this;
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7E) {
                text.append("\\u%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
