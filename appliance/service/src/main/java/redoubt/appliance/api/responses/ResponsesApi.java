package redoubt.appliance.api.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.answers.Replays;
import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.api.telling.StreamLog;
import redoubt.appliance.api.telling.Streams;
import redoubt.appliance.conversations.Erasures;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;

/// `/v1/responses`: made whole, as a stream or in the background, read again, stopped and deleted.
/// Source: OpenAI's API reference; docs/api.md says what is supported.
public final class ResponsesApi {
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    private static final Duration CANCEL_TIME_MAX = Duration.ofSeconds(10);
    private static final Duration END_TIME_MAX = Duration.ofSeconds(10);
    private static final int ERASE_AGAIN_MS = 5;

    private final Parts parts;
    private final StoredResponses stored;
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    /// What responses are made with.
    public record Parts(
            AnswerService answers,
            Replies replies,
            Streams streams,
            Items items,
            Erasures erasures,
            InstantSource clock) {}

    /// A response under way; its latch opens when it is kept.
    private record Running(StreamLog log, CountDownLatch over) {}

    public ResponsesApi(Parts parts) {
        this.parts = parts;
        this.stored = new StoredResponses(parts.items());
    }

    /// The messages of earlier responses, for replays of later ones.
    public static Replays.Predecessors predecessors(Items items) {
        return new StoredResponses(items)::before;
    }

    public void create(Exchange exchange)
            throws IOException, InterruptedException, EventStream.GoneException {
        ResponseRequest asked = ResponseRequest.read(exchange.object());
        Principal principal = exchange.principal();
        ArrayNode before = stored.before(asked.previous(), principal.id());
        long created = Items.micros(parts.clock().instant());
        ResponseJson json = new ResponseJson(asked, Secrets.id(), created / 1_000_000);
        Making making = new Making(asked, principal, before, json, created);
        boolean outlives = asked.background() || asked.resumable();
        StreamLog log = making.begin(outlives);
        if (asked.background() && !asked.stream()) {
            exchange.json(200, json.begun());
            return;
        }
        boolean over = false;
        try (Exchange.Presence client = exchange.watch(outlives ? () -> {} : log::cancel)) {
            if (asked.stream()) {
                if (outlives) exchange.setHeader(Replies.STREAM_HEADER, log.id());
                parts.replies().resume(exchange, log, 0);
            } else {
                while (!making.over.await(SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS))
                    client.require();
                client.require();
                exchange.json(200, making.whole());
            }
            over = true;
        } finally {
            if (!over && !outlives) log.cancel();
        }
    }

    /// One response from its beginning to where it is kept.
    private final class Making {
        private final ResponseRequest asked;
        private final Principal principal;
        private final ArrayNode before;
        private final ResponseJson json;
        private final long created;
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile ObjectNode end = StrictJson.MAPPER.createObjectNode();

        private Making(
                ResponseRequest asked,
                Principal principal,
                ArrayNode before,
                ResponseJson json,
                long created) {
            this.asked = asked;
            this.principal = principal;
            this.before = before;
            this.json = json;
            this.created = created;
        }

        /// Writes down that it has begun, and begins it.
        StreamLog begin(boolean outlives) throws IOException, InterruptedException {
            String id = json.id();
            if (asked.store() && !parts.items().occupied().beginAnswer(id))
                throw new AssertionError("a new identifier is not being erased");
            boolean begun = false;
            try {
                if (asked.store()) write(json.begun());
                Replies.Made made =
                        new Replies.Made(
                                principal,
                                id,
                                asked.store() ? id : null,
                                outlives,
                                asked.background(),
                                () ->
                                        parts.answers()
                                                .start(
                                                        asked.answer(
                                                                principal,
                                                                before,
                                                                asked.store() ? id : null)),
                                new ResponseTelling(json, this::keep),
                                this::ended);
                StreamLog log = parts.replies().make(made);
                begun = true;
                if (asked.store() && over.getCount() > 0) running.put(id, new Running(log, over));
                // It may have ended before it was in the list.
                if (over.getCount() == 0) running.remove(id);
                return log;
            } finally {
                if (!begun && asked.store()) {
                    parts.items().occupied().endAnswer(id);
                    erase();
                }
            }
        }

        /// Nothing was said, so nothing is kept, neither the response nor its question. The answer
        /// may still be about to end.
        private void erase() throws IOException, InterruptedException {
            long patience = System.nanoTime() + END_TIME_MAX.toNanos();
            while (parts.erasures().discard(json.id(), SiteRecord.actor(principal))
                    == Erasures.Outcome.OCCUPIED) {
                if (System.nanoTime() - patience > 0)
                    throw RefusedException.unavailable(
                            "response_not_erased",
                            "The response was refused and could not be erased yet. It is kept as %s%s; delete it."
                                    .formatted(ResponseJson.PREFIX, json.id()));
                Thread.sleep(ERASE_AGAIN_MS);
            }
        }

        private void write(ObjectNode body) throws IOException {
            stored.write(json.id(), principal, created, asked.input(), body);
        }

        private ObjectNode keep(ObjectNode body) {
            try {
                if (asked.store()) write(body);
                end = body;
            } catch (IOException disk) {
                end =
                        json.failed(
                                RefusedException.unavailable(
                                        "storage_unavailable",
                                        "The appliance's disk did not take the response (%s). Its answer is sealed; tell the administrator."
                                                .formatted(disk.getMessage())));
            }
            return end;
        }

        private void ended() {
            running.remove(json.id());
            if (asked.store()) parts.items().occupied().endAnswer(json.id());
            over.countDown();
        }

        ObjectNode whole() {
            if (end.isEmpty())
                throw RefusedException.failed(
                        "internal_error",
                        "Something failed inside the appliance, and this response is void. Ask again; if it happens again, tell the administrator.");
            return end;
        }
    }

    public void show(Exchange exchange)
            throws IOException, InterruptedException, EventStream.GoneException {
        Item.Response response = stored.own(exchange.part("id"), exchange.principal());
        if (exchange.query("stream").orElse("false").equals("true")) {
            StreamLog log = parts.streams().find(response.id(), exchange.principal());
            parts.replies().resume(exchange, log, startingAfter(exchange));
            return;
        }
        exchange.json(200, now(response));
    }

    private static long startingAfter(Exchange exchange) {
        String text = exchange.query("starting_after").orElse("-1");
        if (text.equals("-1")) return 0;
        if (!text.matches("[0-9]{1,9}"))
            throw Fields.wrong("starting_after", "must be the number of an event");
        return Long.parseLong(text) + 1;
    }

    /// As it is kept; one that was under way when the appliance ended has failed.
    private ObjectNode now(Item.Response response) {
        ObjectNode body = StoredResponses.body(response);
        if (body.path("status").asText().equals("in_progress")
                && !running.containsKey(response.id())) {
            body.put("status", "failed");
            body.putObject("error")
                    .put("code", "server_error")
                    .put(
                            "message",
                            "The appliance was stopped before the response was finished. Ask again.");
        }
        return body;
    }

    /// Stops a response that is under way; what was said is sealed and kept.
    public void cancel(Exchange exchange) throws IOException, InterruptedException {
        Item.Response response = stored.own(exchange.part("id"), exchange.principal());
        Running now = running.get(response.id());
        if (now != null) {
            now.log().cancel();
            now.over().await(CANCEL_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
        }
        exchange.json(200, now(stored.own(exchange.part("id"), exchange.principal())));
    }

    /// Removes content and keys; the record keeps that it was, and that it was erased.
    public void delete(Exchange exchange) throws IOException {
        Item.Response response = stored.own(exchange.part("id"), exchange.principal());
        parts.erasures().erase(response.id(), SiteRecord.actor(exchange.principal()));
        exchange.json(
                200, Map.of("id", exchange.part("id"), "object", "response", "deleted", true));
    }
}
