package redoubt.appliance.conversations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.identity.Database;

/// The items of this site: encrypted files are the truth, the database an index over them that
/// [#reindex] makes again. Thread safe.
public final class Items {
    private static final JsonMapper JSON = new JsonMapper();

    private final ContentStore store;
    private final Database index;

    private final Occupied occupied = new Occupied();
    // Held for reading while an item is kept, for writing while an owner's erasure begins.
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final Set<String> closedTo = new HashSet<>();
    private final Set<FutureTask<Item>> underWay = ConcurrentHashMap.newKeySet();

    public Items(ContentStore store, Database index) {
        this.store = store;
        this.index = index;
    }

    /// Writes an item durably, then indexes it.
    public void write(Item item) throws IOException {
        keep(item).await();
    }

    /// Writes an item durably and begins to index it. What a crash leaves unindexed, [#reindex]
    /// finds.
    ///
    /// @throws IOException also when its owner was erased meanwhile
    public Indexing keep(Item item) throws IOException {
        gate.readLock().lock();
        try {
            if (closedTo.contains(item.owner()))
                throw new IOException("its owner was erased, so nothing more of theirs is kept");
            store.write(item.id(), JSON.writerFor(Item.class).writeValueAsBytes(item));
            var indexing = new FutureTask<>(() -> index(item), item);
            underWay.add(indexing);
            Thread.ofVirtual()
                    .name("index")
                    .start(() -> {
                        indexing.run();
                        underWay.remove(indexing);
                    });
            return new Indexing(indexing);
        } catch (JsonProcessingException bug) {
            throw new AssertionError("an item is always JSON", bug);
        } finally {
            gate.readLock().unlock();
        }
    }

    /// From here on nothing more of this owner is kept, whatever is still being answered; all that
    /// was kept before is indexed when this returns.
    void closeTo(String owner) {
        gate.writeLock().lock();
        try {
            closedTo.add(owner);
        } finally {
            gate.writeLock().unlock();
        }
        for (FutureTask<Item> last : underWay) new Indexing(last).await();
    }

    /// The identifiers of everything that this owner has, and what kind each is; conversations and
    /// responses last, as [Erasures] wants it.
    List<Placed> of(String owner) {
        return placed(
                "WHERE owner = ? ORDER BY CASE WHEN kind IN ('conversation', 'response') THEN 1 ELSE 0 END, created_at",
                List.of(owner));
    }

    /// An item that is safe and on its way into the index.
    public static final class Indexing {
        private final Future<Item> indexed;

        private Indexing(Future<Item> indexed) {
            this.indexed = indexed;
        }

        /// Waits until lists of items show it.
        public void await() {
            try {
                indexed.get();
            } catch (ExecutionException failed) {
                throw new IllegalStateException("an item could not be indexed", failed.getCause());
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while an item was indexed", stopping);
            }
        }
    }

    /// Writes an item out of which something was erased, under a new key; nothing where it, or its
    /// owner, was erased meanwhile.
    void rewrite(Item item) throws IOException {
        gate.readLock().lock();
        try {
            if (closedTo.contains(item.owner())) return;
            store.rewrite(item.id(), JSON.writerFor(Item.class).writeValueAsBytes(item));
        } catch (JsonProcessingException bug) {
            throw new AssertionError("an item is always JSON", bug);
        } finally {
            gate.readLock().unlock();
        }
    }

    /// An item as the index has it, which knows it also where its file is damaged.
    ///
    /// @param whole the conversation or response that it belongs to; itself where it belongs to
    ///   none
    /// @param question what it answers; empty where it is no answer
    record Placed(String id, String kind, String owner, String whole, String question) {}

    /// Every item.
    List<Placed> placed() {
        return placed("", List.of());
    }

    /// The item, what belongs to it, and what belongs together with it: all of its conversation or
    /// response, its question, its answers; conversations and responses last, answers before them.
    List<Placed> around(String id) {
        List<Placed> found = placed("WHERE id = ?", List.of(id));
        if (found.isEmpty()) return found;
        Placed item = found.getFirst();
        return placed(
                """
                WHERE id = ? OR conversation = ? OR id = ? OR question = ?
                ORDER BY CASE kind WHEN 'question' THEN 1 WHEN 'answer' THEN 2 ELSE 3 END, created_at
                """,
                List.of(item.whole(), item.whole(), item.question(), item.id()));
    }

    private List<Placed> placed(String which, List<String> parameters) {
        return index.all(
                "SELECT id, kind, owner, COALESCE(conversation, id) AS whole, COALESCE(question, '') AS question FROM items "
                        + which,
                row ->
                        new Placed(
                                row.getString("id"),
                                row.getString("kind"),
                                row.getString("owner"),
                                row.getString("whole"),
                                row.getString("question")),
                parameters.toArray());
    }

    /// What the bytes of an item say.
    static Item decode(byte[] content) throws IOException {
        return JSON.readValue(content, Item.class);
    }

    public Optional<Item> read(String id) throws IOException {
        if (!ContentStore.isId(id)) return Optional.empty();
        Optional<byte[]> bytes = store.read(id);
        return bytes.isEmpty() ? Optional.empty() : Optional.of(decode(bytes.get()));
    }

    public Optional<Item.Answer> answer(String id) throws IOException {
        return read(id).flatMap(item ->
                item instanceof Item.Answer answer ? Optional.of(answer) : Optional.empty());
    }

    public Optional<Item.Conversation> conversation(String id) throws IOException {
        return read(id).flatMap(item ->
                item instanceof Item.Conversation conversation
                        ? Optional.of(conversation)
                        : Optional.empty());
    }

    public Optional<Item.Response> response(String id) throws IOException {
        return read(id).flatMap(item ->
                item instanceof Item.Response response ? Optional.of(response) : Optional.empty());
    }

    /// The conversations of one owner, the last changed first.
    public List<Item.Conversation> conversationsOf(String owner) throws IOException {
        List<Item.Conversation> found = new ArrayList<>();
        for (String id :
                index.all(
                        "SELECT id FROM items WHERE owner = ? AND kind = 'conversation'",
                        row -> row.getString("id"),
                        owner)) conversation(id).ifPresent(found::add);
        found.sort((a, b) -> {
            int byTime = Long.compare(b.updatedAt(), a.updatedAt());
            return byTime != 0 ? byTime : a.id().compareTo(b.id());
        });
        return found;
    }

    /// Identifiers of the answers that were made between two times, oldest first.
    public List<String> answersBetween(Instant first, Instant last) {
        return index.all(
                "SELECT id FROM items WHERE kind = 'answer' AND created_at BETWEEN ? AND ? ORDER BY created_at, id",
                row -> row.getString("id"),
                Timestamp.from(first),
                Timestamp.from(last));
    }

    /// The turns of a conversation, oldest first.
    public List<Item> turnsOf(String conversation) throws IOException {
        List<Item> turns = new ArrayList<>();
        for (String id :
                index.all(
                        "SELECT id FROM items WHERE conversation = ? ORDER BY created_at, kind DESC",
                        row -> row.getString("id"),
                        conversation)) read(id).ifPresent(turns::add);
        return turns;
    }

    /// A stamped file of an answer that was made before.
    public Optional<byte[]> form(String answer, String form) throws IOException {
        return store.form(answer, form);
    }

    /// Keeps a stamped file beside its answer; false when the answer was erased meanwhile.
    public boolean keepForm(String answer, String form, byte[] file) throws IOException {
        return store.keepForm(answer, form, file);
    }

    /// Removes an item with its key and its forms: for [Erasures] alone, which record it first, and
    /// for [ErasedAgain].
    void erase(String id) throws IOException {
        store.erase(id);
        index.run("DELETE FROM items WHERE id = ?", id);
    }

    /// Brings the index in line with the files; returns how many items it lacked.
    public int reindex() throws IOException {
        Set<String> indexed =
                new HashSet<>(index.all("SELECT id FROM items", row -> row.getString("id")));
        // By a version that did not say yet what they answer.
        Set<String> less =
                new HashSet<>(
                        index.all(
                                "SELECT id FROM items WHERE kind = 'answer' AND question IS NULL",
                                row -> row.getString("id")));
        int added = 0;
        for (String id : store.ids()) {
            boolean known = indexed.remove(id);
            if (known && !less.contains(id)) continue;
            try {
                Optional<Item> item = read(id);
                if (item.isPresent()) {
                    index(item.get());
                    if (!known) added++;
                }
            } catch (IOException damaged) {
                if (!known) throw damaged;
            }
        }
        for (String gone : indexed) index.run("DELETE FROM items WHERE id = ?", gone);
        return added;
    }

    private void index(Item item) {
        index.run(
                "MERGE INTO items(id, kind, owner, conversation, created_at, question) KEY(id) VALUES (?, ?, ?, ?, ?, ?)",
                item.id(),
                kind(item),
                item.owner(),
                conversationOf(item),
                Timestamp.from(instant(item.createdAt())),
                item instanceof Item.Answer answer ? answer.question() : null);
    }

    private static String kind(Item item) {
        return switch (item) {
            case Item.Conversation _ -> "conversation";
            case Item.Question _ -> "question";
            case Item.Answer _ -> "answer";
            case Item.Response _ -> "response";
        };
    }

    private static @Nullable String conversationOf(Item item) {
        return switch (item) {
            case Item.Conversation _, Item.Response _ -> null;
            case Item.Question question -> question.conversation();
            case Item.Answer answer -> answer.conversation();
        };
    }

    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /// Which conversations cannot be erased, or asked in, at this moment.
    public Occupied occupied() {
        return occupied;
    }
}
