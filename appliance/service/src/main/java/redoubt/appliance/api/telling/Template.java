package redoubt.appliance.api.telling;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import redoubt.appliance.http.EventSink;

/// A frame that is the same each time but for one text: made once for a stream, because a stream
/// has hundreds of them and everything in it counts sixteen times on a busy appliance. Immutable.
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Template(byte[] before, byte[] after) {
    /// Stands where the text comes; nothing but a frame's last text can be it.
    public static final String TEXT = "\u0000text\u0000";

    private static final String QUOTED = "\"\\u0000text\\u0000\"";

    /// Of a frame that holds [#TEXT] as its last text of that kind.
    public static Template of(Object json) {
        return of(EventSink.data(json));
    }

    public static Template of(byte[] frame) {
        String whole = new String(frame, StandardCharsets.UTF_8);
        int at = whole.lastIndexOf(QUOTED);
        if (at < 0) throw new IllegalArgumentException("a template needs a place for its text");
        return new Template(
                whole.substring(0, at + 1).getBytes(StandardCharsets.UTF_8),
                whole.substring(at + QUOTED.length() - 1).getBytes(StandardCharsets.UTF_8));
    }

    public byte[] with(String text) {
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        byte[] frame = new byte[before.length + quoted.length + after.length];
        System.arraycopy(before, 0, frame, 0, before.length);
        System.arraycopy(quoted, 0, frame, before.length, quoted.length);
        System.arraycopy(after, 0, frame, before.length + quoted.length, after.length);
        return frame;
    }
}
