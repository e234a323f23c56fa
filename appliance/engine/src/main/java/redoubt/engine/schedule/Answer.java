package redoubt.engine.schedule;

import java.util.List;
import redoubt.engine.text.StopTexts;
import redoubt.engine.text.Utf8Stream;

/// The text of one answer as it grows: bytes to characters, minus stop texts. One thread.
final class Answer {
    private final Utf8Stream characters = new Utf8Stream();
    private final StopTexts stops;

    Answer(List<String> stops) {
        this.stops = new StopTexts(stops);
    }

    /// What may be shown after this token.
    String add(byte[] piece) {
        return stops.add(characters.add(piece));
    }

    /// What may still be shown when nothing follows.
    String end() {
        return stops.add(characters.end()) + stops.end();
    }

    boolean stopped() {
        return stops.hit();
    }
}
