package redoubt.engine.form;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A set of characters, and how they are written inside a JSON string. Never changes.
final class CharacterSet {
    private static final int LAST = Character.MAX_CODE_POINT;
    private static final int FIRST_PLAIN = 0x20;
    private static final int FIRST_HALF = 0xD800;
    private static final int LAST_HALF = 0xDFFF;

    private final BitSet members;

    private CharacterSet(BitSet members) {
        this.members = members;
        // Halves of characters are none.
        members.clear(FIRST_HALF, LAST_HALF + 1);
    }

    static CharacterSet none() {
        return new CharacterSet(new BitSet());
    }

    static CharacterSet any() {
        return between(0, LAST);
    }

    static CharacterSet of(int... characters) {
        BitSet set = new BitSet();
        for (int character : characters) {
            set.set(character);
        }
        return new CharacterSet(set);
    }

    static CharacterSet between(int from, int to) {
        BitSet set = new BitSet();
        set.set(from, to + 1);
        return new CharacterSet(set);
    }

    static CharacterSet digits() {
        return between('0', '9');
    }

    static CharacterSet words() {
        return digits().and(between('A', 'Z')).and(between('a', 'z')).and(of('_'));
    }

    static CharacterSet spaces() {
        return of('\t', '\n', 0x0B, '\f', '\r', ' ', 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F)
                .and(of(0x3000, 0xFEFF))
                .and(between(0x2000, 0x200A));
    }

    CharacterSet and(CharacterSet other) {
        BitSet set = (BitSet) members.clone();
        set.or(other.members);
        return new CharacterSet(set);
    }

    CharacterSet inverse() {
        BitSet set = (BitSet) members.clone();
        set.flip(0, LAST + 1);
        return new CharacterSet(set);
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /// The only member, or null.
    @Nullable Integer single() {
        return members.cardinality() == 1 ? (Integer) members.nextSetBit(0) : null;
    }

    /// As it stands in a JSON string: what must be escaped there is.
    String grammar() {
        List<String> ways = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        for (int from = members.nextSetBit(FIRST_PLAIN); from >= 0; ) {
            int to = members.nextClearBit(from) - 1;
            addPlain(plain, from, to);
            from = members.nextSetBit(to + 1);
        }
        if (!plain.isEmpty()) {
            ways.add("[" + plain + "]");
        }
        for (int character : new int[] {'"', '\\'}) {
            if (members.get(character)) {
                ways.add("\"\\\\" + GrammarText.escaped(character, false) + "\"");
            }
        }
        for (int control = members.nextSetBit(0);
                control >= 0 && control < FIRST_PLAIN;
                control = members.nextSetBit(control + 1)) {
            ways.add("\"\\\\u%04x\"".formatted(control));
        }
        return String.join(" | ", ways);
    }

    private static void addPlain(StringBuilder out, int from, int to) {
        for (int special : new int[] {'"', '\\'}) {
            if (from <= special && special <= to) {
                addPlain(out, from, special - 1);
                addPlain(out, special + 1, to);
                return;
            }
        }
        if (from <= to) {
            out.append(GrammarText.escaped(from, true));
            if (to > from) {
                out.append('-').append(GrammarText.escaped(to, true));
            }
        }
    }
}
