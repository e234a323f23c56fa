package redoubt.appliance.api.page;

import java.io.IOException;
import java.util.regex.Pattern;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.provenance.record.RecordProver;

/// Hands out what leads from a checkpoint that somebody kept, in a proof or a receipt, to the last
/// one. It holds keys, hashes and checkpoints, and nothing of what anybody asked. Any thread.
/// Source: docs/audit-record.md section 8.1.
public final class ConsistencyApi {
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}");

    private final RecordProver record;

    public ConsistencyApi(RecordProver record) {
        this.record = record;
    }

    public void from(Exchange exchange) throws IOException {
        String word = exchange.part("size");
        if (!SIZE.matcher(word).matches())
            throw RefusedException.invalid(
                    "size",
                    "size",
                    "Name the size of the checkpoint that you kept: its second line.");
        long size = Long.parseLong(word);
        long last = record.checkpoint().size();
        if (size > last)
            throw RefusedException.notFound(
                    "no_such_checkpoint",
                    "This record has %d entries under its checkpoint and never had one of %d. If you hold one, it was rolled back: tell somebody outside this site."
                            .formatted(last, size));
        exchange.file(
                "application/cbor",
                "from-%d.consistency".formatted(size),
                record.consistencyFile(size));
    }
}
