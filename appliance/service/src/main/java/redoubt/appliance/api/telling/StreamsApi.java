package redoubt.appliance.api.telling;

import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;

/// Streams that go on without their client: taken up again, or stopped.
public final class StreamsApi {
    private final Streams streams;
    private final Replies replies;

    public StreamsApi(Streams streams, Replies replies) {
        this.streams = streams;
        this.replies = replies;
    }

    /// Goes on after the event that the client saw last.
    public void resume(Exchange exchange) throws InterruptedException, EventStream.GoneException {
        StreamLog log = streams.find(exchange.part("id"), exchange.principal());
        replies.resume(exchange, log, from(exchange));
    }

    /// @return number of the first event to send
    private static long from(Exchange exchange) {
        return exchange.query("offset")
                .map(text -> number("offset", text))
                .or(() ->
                        exchange.header("Last-Event-ID")
                                .map(text -> number("Last-Event-ID", text) + 1))
                .orElse(0L);
    }

    private static long number(String name, String text) {
        if (!text.matches("[0-9]{1,9}")) throw Fields.wrong(name, "must be the number of an event");
        return Long.parseLong(text);
    }

    /// Stops the answer; what was said is sealed.
    public void stop(Exchange exchange) {
        streams.find(exchange.part("id"), exchange.principal()).cancel();
        exchange.noContent();
    }
}
