package redoubt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordAppender;
import redoubt.provenance.record.RecordSettings;

/// A real record of many entries, written once by the real writer and kept in the cache: a million
/// entries are about 4 GB and some minutes of signing. Its entries are what an institution's record
/// is made of: answers of 200 people by 5 models (INTENT, OUTPUT, two SEALs), sign-ins, refusals,
/// exports. The seed is fixed, so what is searched for is known; signatures and times are not.
///
/// Making it can be interrupted: the next run opens the record, which mends it, and goes on.
final class RecordFixture {
    /// What the entries are drawn from; part of the folder's name, so that a change makes a new
    /// one.
    private static final int VERSION = 1;

    private static final long SEED = 20261122;
    private static final int PEOPLE = 200;
    private static final int MODELS = 5;
    private static final int UNDER_WAY_MAX = 256;
    private static final Bytes POLICY = sha256("policy");

    private final Path folder;
    private final long entries;
    private final Consumer<String> progress;

    /// @param cache where records are kept between runs
    /// @param entries how many it has at least
    RecordFixture(Path cache, long entries, Consumer<String> progress) {
        this.folder = cache.resolve("record-v%d-%d".formatted(VERSION, entries));
        this.entries = entries;
        this.progress = progress;
    }

    /// How many entries were asked for; the record has a few more.
    long entries() {
        return entries;
    }

    /// The folder that has `record/`, `keys/` and `trust/`. Who opens it to write takes a copy.
    Path home() throws IOException {
        Path complete = folder.resolve("complete");
        if (Files.exists(complete)) {
            return folder;
        }
        Files.createDirectories(folder);
        progress.accept(
                "making a record of %,d entries in %s; this happens once"
                        .formatted(entries, folder));
        try (AuditRecord record = open(folder)) {
            fill(record);
        }
        Files.writeString(complete, entries + "\n");
        return folder;
    }

    /// Copies the record for somebody who writes to it. Segments that are full are never written
    /// again: they are linked.
    Path copy(Path copy) throws IOException {
        Path home = home();
        try (var files = Files.walk(home)) {
            List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
            Path last =
                    all.stream()
                            .filter(RecordFixture::isSegment)
                            .reduce((_, later) -> later)
                            .orElseThrow();
            for (Path file : all) {
                Path to = copy.resolve(home.relativize(file).toString());
                Files.createDirectories(to.getParent());
                if (isSegment(file) && !file.equals(last)) Files.createLink(to, file);
                else Files.copy(file, to);
            }
        }
        return copy;
    }

    private static boolean isSegment(Path file) {
        return file.toString().endsWith(".seg");
    }

    /// Opens a record in this folder, as the appliance does.
    static AuditRecord open(Path home) throws IOException {
        return AuditRecord.open(
                RecordSettings.in(home, "bench", "redoubt-bench", POLICY, InstantSource.system()));
    }

    private void fill(AuditRecord record) throws IOException {
        long begun = System.nanoTime();
        long before = record.size();
        long said = begun;
        var underWay = new ArrayDeque<Pending>();
        for (long turn = before; ; turn++) {
            underWay.add(turn(record, turn));
            if (underWay.size() <= UNDER_WAY_MAX) {
                continue;
            }
            underWay.remove().awaitDurable();
            long size = record.size();
            if (size >= entries) {
                break;
            }
            long now = System.nanoTime();
            if (now - said > TimeUnit.SECONDS.toNanos(2)) {
                said = now;
                double rate = (size - before) / ((now - begun) / 1e9);
                progress.accept(
                        "%,d of %,d entries, %.0f a second, about %.0f s left"
                                .formatted(size, entries, rate, (entries - size) / rate));
            }
        }
        while (!underWay.isEmpty()) {
            underWay.remove().awaitDurable();
        }
    }

    /// Something that somebody did; its last entry.
    private static Pending turn(RecordAppender record, long turn) throws IOException {
        var chance = new Random(SEED + turn);
        Actor actor = actor(chance.nextInt(PEOPLE));
        return switch (chance.nextInt(20)) {
            case 0, 1 -> append(record, new Event.SignedIn(), actor);
            case 2 -> append(record, new Event.SignedOut(), actor);
            case 3 -> append(record, new Event.RequestRefused("POST /v1/chat", "quota", 1), actor);
            case 4 ->
                    append(record, new Event.Exported("answer", "pdf", sha256("e" + turn)), actor);
            default -> answer(record, "r-" + turn, actor, chance);
        };
    }

    private static Pending answer(RecordAppender record, String id, Actor actor, Random chance)
            throws IOException {
        int model = chance.nextInt(MODELS);
        var parameters = new TreeMap<>(Map.of("temperature", "0.7", "max_tokens", "512"));
        parameters.put("seed", Integer.toString(chance.nextInt(1 << 30)));
        var intent =
                append(
                        record,
                        new Event.Intent(
                                id,
                                "POST /v1/chat/completions",
                                "model-" + model,
                                sha256("model-" + model),
                                0,
                                parameters,
                                sha256("input " + id)),
                        actor);
        String urn = "urn:c2pa:" + id;
        var output =
                record.append(
                        new Event.Output(
                                id,
                                urn,
                                sha256("content " + id),
                                sha256("commitment " + id),
                                20 + chance.nextInt(2_000),
                                1 + chance.nextInt(512),
                                "stop"),
                        actor,
                        OptionalLong.of(intent.appended().sequence()));
        Pending last = output;
        for (String form : List.of("detached", "text")) {
            last =
                    record.append(
                            new Event.Seal(
                                    id,
                                    form,
                                    urn,
                                    sha256("manifest " + form + id),
                                    sha256("claim " + form + id),
                                    sha256("signature " + form + id),
                                    sha256("asset " + form + id)),
                            actor,
                            OptionalLong.of(output.appended().sequence()));
        }
        return last;
    }

    private static Pending append(RecordAppender record, Event event, Actor actor)
            throws IOException {
        return record.append(event, actor, OptionalLong.empty());
    }

    /// One of the people whose entries the record has, by number from 0.
    static Actor actor(int person) {
        return new Actor(
                "person-%03d".formatted(person),
                "password",
                "session-%03d".formatted(person),
                List.of(person % 20 == 0 ? "administrator" : "user"));
    }

    static Bytes sha256(String text) {
        try {
            return Bytes.of(
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
