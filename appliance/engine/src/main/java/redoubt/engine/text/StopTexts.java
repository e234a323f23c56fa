package redoubt.engine.text;

import java.util.List;

/// Watches an answer for the texts that end it, across the borders of tokens. Text that may still
/// become a stop text is held back until it is decided. One thread.
public final class StopTexts {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private String met = "";

    public StopTexts(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /// The text that may be shown now. After a stop text was met, [#hit] is true and nothing of it,
    /// nor after it, is ever returned.
    public String add(String text) {
        if (hit() || text.isEmpty()) {
            return "";
        }
        held.append(text);
        int found = earliest();
        if (found >= 0) {
            return cut(found);
        }
        return cut(held.length() - undecided());
    }

    /// Whether a stop text was met.
    public boolean hit() {
        return !met.isEmpty();
    }

    /// The stop text that was met; empty before.
    public String met() {
        return met;
    }

    /// What was held back and turned out to be no stop text.
    public String end() {
        return hit() ? "" : cut(held.length());
    }

    private String cut(int length) {
        String shown = held.substring(0, length);
        held.delete(0, length);
        return shown;
    }

    private int earliest() {
        int earliest = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (earliest < 0 || at < earliest)) {
                earliest = at;
                met = stop;
            }
        }
        return earliest;
    }

    private int undecided() {
        int longest = 0;
        for (String stop : stops) {
            int most = Math.min(stop.length() - 1, held.length());
            for (int length = most; length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
