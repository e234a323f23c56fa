package redoubt.appliance.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.site.SiteException;
import redoubt.provenance.record.RecordException;

/// The listener: TLS, security headers on every answer, the routes of [Route], the page's files. It
/// is open before anything answers, so that the seal can close every other socket; until [#serve]
/// it says that it is starting. Handlers run on virtual threads.
public final class Server implements AutoCloseable {
    /// Connections of one address, unless a site says otherwise.
    public static final int CONNECTIONS_OF_ONE_ADDRESS = 256;

    /// Connections of all clients.
    public static final int CONNECTIONS_MAX = 1024;

    // For those that are on their way out.
    private static final int CONNECTIONS_MORE = 64;
    private static final int REQUESTS_MAX = 512;
    // Longer than the whole of a body may take, whose end has its own sentence.
    private static final Duration READ_TIME_MAX = Duration.ofSeconds(40);
    private static final Duration REST_TIME_MAX = Duration.ofSeconds(3);
    private static final long REST_BYTES_MAX = 2L * Exchange.BODY_BYTES_MAX;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(1);
    private static final Duration LOOKED_AFTER_EVERY = Duration.ofSeconds(5);

    private final WebServer server;
    private final Watchdog watchdog;
    private final AtomicReference<@Nullable Serving> serving;

    /// Answers one route.
    public interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    /// Told of what was refused and of what failed.
    public interface Observer {
        void refused(Route route, Principal principal, RefusedException refusal);

        void answered(Route route, int status, long nanos);

        void bug(Route route, Throwable failure);
    }

    private record Serving(
            Authentication authentication, Map<Route, Handler> handlers, Observer observer) {}

    private Server(
            WebServer server, Watchdog watchdog, AtomicReference<@Nullable Serving> serving) {
        this.server = server;
        this.watchdog = watchdog;
        this.serving = serving;
    }

    /// Opens the listener.
    ///
    /// @param connectionsOfOneAddress how many of the connections one address may have
    public static Server open(String address, int port, SSLContext tls, int connectionsOfOneAddress)
            throws SiteException {
        Watchdog watchdog = new Watchdog();
        AtomicReference<@Nullable Serving> serving = new AtomicReference<>();
        StaticPage page = new StaticPage();
        AcceptedChannels channels =
                new AcceptedChannels(
                        READ_TIME_MAX.multipliedBy(3), CONNECTIONS_MAX, connectionsOfOneAddress);
        try {
            WebServer server =
                    WebServer.builder()
                            .address(InetAddress.getByName(address))
                            .port(port)
                            .shutdownHook(false)
                            .useNio(false)
                            .tls(
                                    Tls.builder()
                                            .sslContext(tls)
                                            .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
                                            .build())
                            .maxTcpConnections(CONNECTIONS_MAX + CONNECTIONS_MORE)
                            .maxConcurrentRequests(REQUESTS_MAX)
                            .idleConnectionTimeout(UNUSED_MAX)
                            .idleConnectionPeriod(LOOKED_AFTER_EVERY)
                            .maxPayloadSize(Exchange.BODY_BYTES_MAX + 1L)
                            .connectionOptions(
                                    new ImpatientSockets(
                                            SocketOptions.builder()
                                                    .readTimeout(READ_TIME_MAX)
                                                    .tcpNoDelay(true)
                                                    .build(),
                                            channels))
                            .protocolsDiscoverServices(false)
                            .addConnectionSelector(connections(channels))
                            .directHandlers(directHandlers())
                            .shutdownGracePeriod(Duration.ofSeconds(2))
                            .routing(routing -> route(routing, page, watchdog, serving))
                            .build();
            server.start();
            return new Server(server, watchdog, serving);
        } catch (UnknownHostException unknown) {
            watchdog.close();
            throw new SiteException(
                    SiteException.ADDRESS,
                    "--bind %s is not an address of this host. Nothing was started. Give one, such as 127.0.0.1."
                            .formatted(address),
                    unknown);
        } catch (RuntimeException notBound) {
            watchdog.close();
            throw new SiteException(
                    SiteException.ADDRESS,
                    "The address %s:%d cannot be opened: %s. Nothing was started. Probably another program has the port; stop it, or give another --port."
                            .formatted(address, port, rootMessage(notBound)),
                    notBound);
        }
    }

    private static WatchedConnections connections(AcceptedChannels channels) {
        return new WatchedConnections(
                Http1ConnectionSelector.builder()
                        .config(Http1Config.builder().maxHeadersSize(16 * 1024).build())
                        .build(),
                channels);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root; cause != null; cause = cause.getCause()) root = cause;
        return String.valueOf(root.getMessage());
    }

    /// Begins to answer. Each route must have its handler.
    public void serve(
            Authentication authentication, Map<Route, Handler> handlers, Observer observer) {
        for (Route route : Route.values())
            if (!handlers.containsKey(route))
                throw new IllegalArgumentException("no handler for " + route);
        serving.set(new Serving(authentication, new EnumMap<>(handlers), observer));
    }

    public int port() {
        return server.port();
    }

    /// Stops to answer new requests; those in flight go on.
    public void refuseNew() {
        serving.set(null);
    }

    @Override
    public void close() {
        server.stop();
        watchdog.close();
    }

    private static void route(
            HttpRouting.Builder routing,
            StaticPage page,
            Watchdog watchdog,
            AtomicReference<@Nullable Serving> serving) {
        routing.addFilter((chain, request, response) -> {
            SecurityHeaders.ALL.forEach((name, value) -> response.header(name, value));
            if (isAmbiguous(request)) {
                response.header("Connection", "close");
                new Exchange(request, response, watchdog, nobody(), ErrorShape.OPENAI)
                        .refuse(
                                RefusedException.invalid(
                                        "bad_request",
                                        null,
                                        "The request states its length twice, so where it ends is not certain. Nothing was done. State it once."));
                throw new CloseConnectionException("no certain end");
            }
            ReadAhead connection = ReadAhead.CURRENT.get();
            connection.begin();
            try {
                chain.proceed();
            } finally {
                connection.end();
            }
            if (holdsBody(request)) leaveRest(watchdog);
        });
        for (Route route : Route.values())
            routing.route(
                    Method.create(route.method()),
                    route.path(),
                    (request, response) ->
                            answer(route, request, response, watchdog, serving.get()));
        routing.get(page::handle);
        routing.any((request, response) ->
                new Exchange(request, response, watchdog, nobody(), ErrorShape.OPENAI)
                        .refuse(
                                RefusedException.notFound(
                                        "not_found",
                                        "There is nothing at %s %s. docs/api.md lists what there is."
                                                .formatted(
                                                        request.prologue().method().text(),
                                                        printable(request)))));
    }

    /// Two that read the same bytes, a proxy and we, must not see two different requests in them.
    /// Source: RFC 9112, sections 6.1 and 6.3.
    private static boolean isAmbiguous(ServerRequest request) {
        var headers = request.headers();
        return headers.contains(HeaderNames.CONTENT_LENGTH)
                && (headers.contains(HeaderNames.TRANSFER_ENCODING)
                        || headers.get(HeaderNames.CONTENT_LENGTH).allValues().size() > 1);
    }

    private static Principal nobody() {
        return Principal.nobody();
    }

    private static String printable(ServerRequest request) {
        String path = request.path().path().replaceAll("[^\\x20-\\x7e]", "?");
        return path.length() > 100 ? path.substring(0, 100) + "…" : path;
    }

    private static void answer(
            Route route,
            ServerRequest request,
            ServerResponse response,
            Watchdog watchdog,
            @Nullable Serving serving) {
        long begun = System.nanoTime();
        Exchange exchange = new Exchange(request, response, watchdog, nobody(), route.errorShape());
        if (serving == null) {
            exchange.refuse(
                    RefusedException.unavailable(
                            "starting",
                            "The appliance is starting or stopping and answers nothing yet. Try again in a few seconds."));
            return;
        }
        Principal principal = nobody();
        try {
            principal = serving.authentication().identify(request, route);
            Authentication.allow(principal, request, route);
            exchange = new Exchange(request, response, watchdog, principal, route.errorShape());
            Objects.requireNonNull(serving.handlers().get(route)).handle(exchange);
        } catch (RefusedException refusal) {
            serving.observer().refused(route, principal, refusal);
            if (!response.isSent()) exchange.refuse(refusal);
            if (RequestBody.leavesRest(refusal)) leaveRest(watchdog);
        } catch (RecordException closed) {
            if (!response.isSent()) exchange.refuse(RefusedException.recordUnavailable(closed));
        } catch (EventStream.GoneException | java.io.UncheckedIOException gone) {
            // Whoever asked is not there to be answered; what was under way was ended by its owner.
            throw new CloseConnectionException("the client is gone", gone);
        } catch (Exception | AssertionError failure) {
            serving.observer().bug(route, failure);
            if (!response.isSent())
                exchange.refuse(
                        RefusedException.failed(
                                "internal_error",
                                "Something failed inside the appliance. What was acknowledged before is kept. The log on the appliance has the details; try again, and tell the administrator if it stays."));
        } finally {
            exchange.release();
            serving.observer().answered(route, response.status().code(), System.nanoTime() - begun);
        }
    }

    /// Whether the client was never asked for the body that it announced. Some send it in the end,
    /// and Helidon would read it as the next request.
    private static boolean holdsBody(ServerRequest request) {
        return request.headers().contains(HeaderNames.EXPECT) && !request.content().consumed();
    }

    /// Ends the connection: the rest of a body that nobody wants must not be read as the next
    /// request, whatever the client makes of `Connection: close`.
    private static void leaveRest(Watchdog watchdog) {
        try (Watchdog.Guard _ = watchdog.guard(REST_TIME_MAX)) {
            ReadAhead.CURRENT.get().discard(REST_BYTES_MAX);
        } catch (RuntimeException gone) {
            throw new CloseConnectionException("nothing more comes", gone);
        }
        throw new CloseConnectionException("a refused body is not read");
    }

    /// What Helidon itself refuses before a route is found, in our words and with our headers.
    private static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values())
            handlers.addHandler(type, Server::direct);
        return handlers.build();
    }

    private static DirectHandler.TransportResponse direct(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        RefusedException refusal =
                status.code() == 413
                        ? RequestBody.tooLarge(Exchange.BODY_BYTES_MAX)
                        : status.code() >= 500
                                ? RefusedException.unavailable(
                                        "overloaded",
                                        "The appliance cannot take this request now. Try again shortly.")
                                : RefusedException.invalid(
                                        "bad_request",
                                        null,
                                        "The HTTP request is malformed and was not looked at further.");
        var answer =
                DirectHandler.TransportResponse.builder()
                        .status(status)
                        .keepAlive(false)
                        .header(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8")
                        .entity(StrictJson.bytes(ErrorBody.of(refusal)));
        SecurityHeaders.ALL.forEach(
                (name, value) -> answer.header(HeaderNames.create(name), value));
        return answer.build();
    }
}
