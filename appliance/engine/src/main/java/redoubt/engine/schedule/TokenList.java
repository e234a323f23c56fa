package redoubt.engine.schedule;

import java.util.Arrays;

/// A growing list of tokens without boxes. One thread.
final class TokenList {
    private int[] tokens;
    private int size;

    TokenList(int[] first) {
        tokens = Arrays.copyOf(first, Math.max(first.length + 64, 64));
        size = first.length;
    }

    int size() {
        return size;
    }

    int at(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return tokens[index];
    }

    void add(int token) {
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, size * 2);
        }
        tokens[size++] = token;
    }

    /// The first `length` tokens.
    int[] prefix(int length) {
        return Arrays.copyOf(tokens, Math.min(length, size));
    }
}
