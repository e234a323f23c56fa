package redoubt.engine.schedule;

import java.util.List;
import redoubt.engine.text.StopTexts;
import redoubt.engine.text.Utf8Stream;

/// The text of one answer as it grows: bytes to characters, minus stop texts. One thread.
final class Answer {
    private final Utf8Stream characters = new Utf8Stream();
    private final StopTexts stops;

    private boolean dropsSpace;
    private long length;

    /// @param dropsSpace a space before the first word belongs to the prompt's form, not to the
    ///   answer
    Answer(List<String> stops, boolean dropsSpace) {
        this.stops = new StopTexts(stops);
        this.dropsSpace = dropsSpace;
    }

    /// What may be shown after this token.
    String add(byte[] piece) {
        String more = characters.add(piece);
        if (dropsSpace && !more.isEmpty()) {
            dropsSpace = false;
            more = more.charAt(0) == ' ' ? more.substring(1) : more;
        }
        length += more.length();
        return stops.add(more);
    }

    /// How many characters there are, with those that are held back.
    long length() {
        return length;
    }

    /// What may still be shown when nothing follows.
    String end() {
        return stops.add(characters.end()) + stops.end();
    }

    boolean stopped() {
        return stops.hit();
    }

    /// The stop text that was met; empty before.
    String stop() {
        return stops.met();
    }
}
