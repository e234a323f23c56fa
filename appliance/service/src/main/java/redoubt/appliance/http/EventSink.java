package redoubt.appliance.http;

import java.nio.charset.StandardCharsets;

/// Where server-sent events go: to a client, or to be kept for one that may come back. A frame is
/// one event or comment with its empty line, so that whatever is constant in it is made once.
///
/// Source: HTML standard, section 9.2.
public interface EventSink {
    /// @throws EventStream.GoneException when nobody takes it any more
    void frame(byte[] frame) throws EventStream.GoneException;

    /// An event without a name, as the OpenAI SDKs read them.
    static byte[] data(Object json) {
        return bytes("data: " + StrictJson.text(json) + "\n\n");
    }

    /// An event with a name.
    static byte[] event(String name, Object json) {
        return bytes("event: " + name + "\ndata: " + StrictJson.text(json) + "\n\n");
    }

    /// A line that no client shows.
    static byte[] comment(String text) {
        return bytes(": " + text + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
