package redoubt.appliance.api.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.Checkpoint;

/// Hands out what leads from a checkpoint that somebody kept, in a proof or a receipt, to the last
/// one, or to another that is kept. It holds keys, hashes and checkpoints, and nothing of what
/// anybody asked. Any thread. Source: docs/audit-record.md section 8.1.
public final class ConsistencyApi {
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}");

    private final SiteRecord record;

    public ConsistencyApi(SiteRecord record) {
        this.record = record;
    }

    public void from(Exchange exchange) throws IOException {
        long size =
                size(
                        exchange.part("size"),
                        "size",
                        "Name the size of the checkpoint that you kept: its second line.");
        Optional<String> wanted = exchange.query("to");
        Checkpoint last = record.prover().checkpoint();
        if (size > last.size())
            throw RefusedException.notFound(
                    "no_such_checkpoint",
                    "This record has %d entries under its checkpoint and never had one of %d. If you hold one, it was rolled back: tell somebody outside this site."
                            .formatted(last.size(), size));
        Checkpoint to = last;
        if (wanted.isPresent())
            to = kept(size(wanted.get(), "to", "Name the size of a later checkpoint."), size, last);
        exchange.file(
                "application/cbor",
                "from-%d.consistency".formatted(size),
                record.prover().consistencyFile(size, to));
    }

    /// Of all checkpoints that were ever signed the record keeps the last one and those that
    /// witnesses were shown.
    private Checkpoint kept(long to, long from, Checkpoint last) throws IOException {
        List<Checkpoint> all = new ArrayList<>(record.reader().excerpt().witnessed());
        all.add(last);
        all.removeIf(one -> one.size() < from);
        return all.stream()
                .filter(one -> one.size() == to)
                .findFirst()
                .orElseThrow(() ->
                        RefusedException.notFound(
                                "no_such_checkpoint",
                                "The record keeps no checkpoint of %d entries from %d on; it keeps those of %s."
                                        .formatted(to, from, sizes(all))));
    }

    private static String sizes(List<Checkpoint> checkpoints) {
        // The newest say enough; years of visits would make a long sentence.
        return checkpoints.stream()
                .skip(Math.max(0, checkpoints.size() - 8))
                .map(one -> Long.toString(one.size()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static long size(String word, String field, String sentence) {
        if (!SIZE.matcher(word).matches()) throw RefusedException.invalid("size", field, sentence);
        return Long.parseLong(word);
    }
}
