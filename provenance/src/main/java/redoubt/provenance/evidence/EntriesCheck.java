package redoubt.provenance.evidence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.ExcerptCheck;
import redoubt.provenance.record.Refusal;
import redoubt.provenance.record.StoredEntry;

/// Goes through the entries of a package: that they are those that the package claims, hold, and
/// are shown as they are. Keeps what outputs, disclosures and proofs need of them. One thread.
/// Source: docs/audit-record.md sections 11.3, 11.4 and 11.7.
final class EntriesCheck {
    private final PackageReader files;
    private final ExcerptCheck excerpt;
    private final Claim claim;
    private final Set<Long> proven;
    private final Map<Long, Bytes> keys;
    private final Map<Long, Bytes> leaves;
    private final Map<Long, Answered> outputs = new HashMap<>();
    private final Map<Long, List<Event.Seal>> seals = new HashMap<>();
    private final Map<Long, Event.Intent> intents = new HashMap<>();
    private final Map<Long, Event> tools = new HashMap<>();
    private final boolean keepsAnswers;
    private long count;

    /// An OUTPUT of the package.
    record Answered(Entry entry, Event.Output output, Bytes leafHash) {}

    /// @param proven which entries have a proof of their own
    /// @param keys SHA-256 of the key entries, by sequence
    /// @param leaves taken from here on, by sequence
    EntriesCheck(
            PackageReader files,
            ExcerptCheck excerpt,
            Claim claim,
            Set<Long> proven,
            Map<Long, Bytes> keys,
            Map<Long, Bytes> leaves) {
        this.files = files;
        this.excerpt = excerpt;
        this.claim = claim;
        this.proven = proven;
        this.keys = keys;
        this.leaves = leaves;
        this.keepsAnswers = files.hasFolder("outputs") || files.hasFolder("disclosures");
    }

    Map<Long, Answered> outputs() {
        return outputs;
    }

    List<Event.Seal> sealsOf(long output) {
        return seals.getOrDefault(output, List.of());
    }

    Map<Long, Event.Intent> intents() {
        return intents;
    }

    /// TOOL_CALLED and TOOL_ANSWERED.
    Map<Long, Event> tools() {
        return tools;
    }

    long count() {
        return count;
    }

    void run() throws IOException, Refusal {
        PrimitiveIterator.OfLong wanted = claim.entries().sequences().iterator();
        boolean single = claim.entries() instanceof EvidenceRequest.Selection;
        for (var file : files.numbered("entries", "cose").entrySet()) {
            List<StoredEntry> entries = new ArrayList<>();
            List<Bytes> parts =
                    StoredEntry.split(
                            files.read(file.getValue()),
                            single ? 1 : EntryFiles.ENTRIES_MAX,
                            file.getValue());
            for (Bytes cose : parts) {
                StoredEntry entry = StoredEntry.read(cose, "An entry of " + file.getValue());
                requireNext(wanted, entry, file.getValue());
                entries.add(entry);
                take(entry);
            }
            if (entries.getFirst().entry().sequence() != file.getKey())
                throw new Refusal(
                        "place", file.getValue() + " does not begin with the entry of its name.");
            views(file.getKey(), entries);
        }
        if (wanted.hasNext())
            throw new Refusal(
                    "range",
                    "Entry "
                            + wanted.nextLong()
                            + " is missing, which this package says that it holds.");
    }

    private void requireNext(PrimitiveIterator.OfLong wanted, StoredEntry entry, String name)
            throws Refusal {
        long sequence = entry.entry().sequence();
        if (!wanted.hasNext())
            throw new Refusal(
                    "range",
                    name + " holds entry " + sequence + ", of which range.json does not speak.");
        long expected = wanted.nextLong();
        if (expected != sequence)
            throw new Refusal(
                    "range",
                    name
                            + " holds entry "
                            + sequence
                            + " where entry "
                            + expected
                            + " should be: one is missing, was exchanged, or was left out.");
    }

    private void take(StoredEntry stored) throws Refusal {
        excerpt.take(stored);
        long sequence = stored.entry().sequence();
        Bytes key = keys.get(sequence);
        boolean isKey =
                switch (stored.entry().event()) {
                    case Event.Genesis _, Event.EpochOpened _, Event.EpochRevoked _ -> true;
                    default -> false;
                };
        if (isKey && key == null)
            throw new Refusal(
                    "entries",
                    "Entry " + sequence + " is about the log's keys, and epochs/ lacks it.");
        if (key != null && !key.equals(stored.sha256()))
            throw new Refusal(
                    "entries",
                    "Entry " + sequence + " is another one in epochs/ than in entries/.");
        if (proven.contains(sequence)) leaves.put(sequence, stored.leafHash());
        if (keepsAnswers) keep(stored, sequence);
        count++;
    }

    private void keep(StoredEntry stored, long sequence) {
        Entry entry = stored.entry();
        switch (entry.event()) {
            case Event.Intent intent -> intents.put(sequence, intent);
            case Event.ToolCalled called -> tools.put(sequence, called);
            case Event.ToolAnswered answered -> tools.put(sequence, answered);
            case Event.Output output -> {
                if (files.has(PackageNames.of("outputs", sequence, "c2pa"))
                        || files.has(PackageNames.of("outputs", sequence, "txt")))
                    outputs.put(sequence, new Answered(entry, output, stored.leafHash()));
            }
            case Event.Seal seal -> {
                long output = entry.refersTo().orElse(-1);
                if (outputs.containsKey(output))
                    seals.computeIfAbsent(output, _ -> new ArrayList<>()).add(seal);
            }
            default -> {}
        }
    }

    private void views(long first, List<StoredEntry> entries) throws IOException, Refusal {
        requireViews(first, entries);
        if (entries.size() > 1) return;
        require(first, "sig", entries.getFirst().signature().toArray());
        require(first, "tbs", entries.getFirst().toBeSigned().toArray());
    }

    /// One line after the other: all of them together may be six times as long as the entries.
    private void requireViews(long first, List<StoredEntry> entries) throws IOException, Refusal {
        String name = PackageNames.of("entries", first, "json");
        byte[] shown = files.read(name);
        int at = 0;
        for (StoredEntry entry : entries) {
            byte[] line = EntryFiles.json(List.of(entry));
            int end = at + Math.min(line.length, shown.length - at);
            if (!Arrays.equals(shown, at, end, line, 0, line.length)) throw says(name);
            at = end;
        }
        if (at != shown.length) throw says(name);
    }

    private void require(long first, String ending, byte[] expected) throws IOException, Refusal {
        String name = PackageNames.of("entries", first, ending);
        if (!Arrays.equals(files.read(name), expected)) throw says(name);
    }

    private static Refusal says(String name) {
        return new Refusal(
                "views",
                name
                        + " does not say what the signed entry says. Whoever reads it reads"
                        + " something else than was recorded.");
    }
}
