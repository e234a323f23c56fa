package redoubt.appliance.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.EOFException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redoubt.appliance.identity.Principal;

/// One request and its answer, as handlers see it. Belongs to the handler's virtual thread.
public final class Exchange {
    /// No request is longer.
    public static final int BODY_BYTES_MAX = 8 * 1024 * 1024;

    private static final int SMALL_BODY_BYTES_MAX = 64 * 1024;

    private static final Duration WRITE_TIME_MAX = Duration.ofSeconds(20);

    private final ServerRequest request;
    private final ServerResponse response;
    private final Watchdog watchdog;
    private final Principal principal;
    private final RequestBody body;
    private final ErrorShape errors;

    Exchange(
            ServerRequest request,
            ServerResponse response,
            Watchdog watchdog,
            Principal principal,
            ErrorShape errors) {
        this.errors = errors;
        this.request = request;
        this.response = response;
        this.watchdog = watchdog;
        this.principal = principal;
        this.body = new RequestBody(request, watchdog);
    }

    /// Who asks; nobody on a route that is open.
    public Principal principal() {
        return principal;
    }

    /// The part of the path that the route calls `name`.
    public String part(String name) {
        return request.path().pathParameters().get(name);
    }

    public Optional<String> header(String name) {
        return header(request, name);
    }

    /// A parameter of the query; the first, when it is there more than once.
    public Optional<String> query(String name) {
        return request.query().first(name).asOptional();
    }

    /// All parameters of the query, each as often as it is there.
    public Map<String, List<String>> queries() {
        return request.query().toMap();
    }

    public Optional<String> cookie(String name) {
        return request.headers().cookies().first(name).asOptional();
    }

    /// The address that the request comes from.
    public String address() {
        return request.remotePeer().host();
    }

    static Optional<String> header(ServerRequest request, String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    /// The fields of the JSON object in the body.
    public Fields fields() {
        return new Fields(object());
    }

    /// The same where anybody may send it, so that nobody can fill the memory with it.
    public Fields smallFields() {
        return new Fields(StrictJson.object(body.read(SMALL_BODY_BYTES_MAX)));
    }

    public ObjectNode object() {
        return StrictJson.object(body.read(BODY_BYTES_MAX));
    }

    /// What the request held is given back; nothing of it is needed any more.
    void release() {
        body.release();
    }

    public void setHeader(String name, String value) {
        response.header(name, value);
    }

    public void json(int status, Object value) {
        send(status, "application/json; charset=utf-8", StrictJson.bytes(value));
    }

    public void noContent() {
        response.status(Status.NO_CONTENT_204).send();
    }

    /// A file to be saved under this name.
    public void file(String mediaType, String fileName, byte[] bytes) {
        response.header("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
        send(200, mediaType, bytes);
    }

    public void send(int status, String mediaType, byte[] bytes) {
        response.status(Status.create(status));
        response.header("Content-Type", mediaType);
        try (Watchdog.Guard _ = watchdog.guard(WRITE_TIME_MAX)) {
            response.send(bytes);
        }
    }

    /// Begins a file whose length is known. Each write is bounded in time, so a client that stops
    /// reading holds nothing for long.
    ///
    /// @return throws [java.io.UncheckedIOException] when the client is gone
    public OutputStream stream(String mediaType, String fileName, long bytes) {
        response.status(Status.OK_200);
        response.header("Content-Type", mediaType);
        response.header("Content-Length", String.valueOf(bytes));
        response.header("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
        return new WatchedStream(response.outputStream(), watchdog, WRITE_TIME_MAX);
    }

    /// Watches the client while something is made for it; `gone` is called on another thread, once,
    /// when the client closes its connection. Only after the body was read.
    public Presence watch(Runnable gone) {
        return new Presence(ReadAhead.CURRENT.get().watch(gone));
    }

    /// Whether the client is still there.
    public static final class Presence implements AutoCloseable {
        private final ReadAhead.Watch watch;

        private Presence(ReadAhead.Watch watch) {
            this.watch = watch;
        }

        /// @throws EventStream.GoneException when nobody waits for the answer any more
        public void require() throws EventStream.GoneException {
            if (watch.gone())
                throw new EventStream.GoneException(new EOFException("the client has left"));
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    /// Begins an answer of server-sent events; from here on there is no other status.
    public EventStream events() {
        response.status(Status.OK_200);
        response.header("Content-Type", "text/event-stream; charset=utf-8");
        response.header("X-Accel-Buffering", "no");
        return new EventStream(response.outputStream(), watchdog, WRITE_TIME_MAX);
    }

    void refuse(RefusedException refusal) {
        Duration wait = refusal.retryAfter();
        if (wait != null)
            response.header("Retry-After", String.valueOf(Math.max(1, wait.toSeconds())));
        if (refusal.status() == 401) response.header("WWW-Authenticate", "Bearer");
        if (RequestBody.leavesRest(refusal)) response.header("Connection", "close");
        json(refusal.status(), errors.body(refusal));
    }
}
