package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.record.Witnessing;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Cosignature;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordHead;
import redoubt.provenance.record.WitnessPolicy;
import redoubt.provenance.record.WitnessVerdict;
import redoubt.provenance.witness.Growth;

/// Checkpoints for people and for witnesses, and what witnesses bring back.
public final class WitnessApi {
    private static final int LINES_MAX = 256;
    private static final int WISHES_MAX = 64;

    private final Witnessing witnessing;
    private final RecordHead record;

    public WitnessApi(Witnessing witnessing, RecordHead record) {
        this.witnessing = witnessing;
        this.record = record;
    }

    /// The last checkpoint, as a note, as three lines, and as a picture of them.
    public void checkpoint(Exchange exchange) {
        Checkpoint last = record.checkpoint();
        CheckpointPicture picture = CheckpointPicture.of(last);
        ObjectNode body =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("size", last.size())
                        .put("text", last.text())
                        .put("note", last.note())
                        .put("svg", picture.svg());
        // For the page, which shows no picture that is not drawn by itself.
        body.putObject("code").put("side", picture.side()).put("path", picture.path());
        exchange.json(200, body);
    }

    public void list(Exchange exchange) {
        exchange.json(200, json(witnessing.standing()));
    }

    private ObjectNode json(Witnessing.Standing standing) {
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        body.put("entries", record.size());
        body.put("witnessedEntries", standing.verdict().size());
        body.put("demand", standing.policy().map(WitnessPolicy::demand).orElse(""));
        ArrayNode witnesses = body.putArray("witnesses");
        standing.policy()
                .ifPresent(policy ->
                        policy.witnesses()
                                .forEach(witness -> {
                                    ObjectNode one = witnesses.addObject();
                                    one.put("name", policy.labelOf(witness).orElseThrow());
                                    one.put("key", witness.name());
                                    one.put("keyId", witness.keyId().hex());
                                    standing.verdict().good().stream()
                                            .filter(seen -> seen.witness().equals(witness))
                                            .findFirst()
                                            .ifPresent(seen -> seen(one, seen));
                                }));
        ArrayNode bad = body.putArray("bad");
        standing.verdict().bad().forEach(bad::add);
        return body;
    }

    private static void seen(ObjectNode one, WitnessVerdict.Seen seen) {
        one.put("entries", seen.size());
        one.put("at", Instant.ofEpochSecond(Math.min(seen.atSeconds(), 1L << 40)).toString());
    }

    public void out(Exchange exchange) {
        Fields fields = exchange.fields();
        Optional<String> label = fields.text("witness", 255);
        List<Long> wished = new ArrayList<>();
        fields.any("from")
                .ifPresent(sizes -> {
                    if (!sizes.isArray() || sizes.size() > WISHES_MAX)
                        throw Fields.wrong("from", "is a list of at most " + WISHES_MAX + " sizes");
                    for (JsonNode size : sizes) {
                        if (!size.canConvertToLong() || !size.isIntegralNumber())
                            throw Fields.wrong("from", "has sizes only");
                        wished.add(size.longValue());
                    }
                });
        fields.end();
        try {
            Witnessing.Packet packet = witnessing.give(label, wished, exchange.principal());
            ObjectNode body = StrictJson.MAPPER.createObjectNode();
            body.put("size", packet.checkpoint().size());
            body.put("keys", Base64.getEncoder().encodeToString(packet.keys().toArray()));
            ArrayNode growths = body.putArray("growths");
            for (Growth growth : packet.growths()) {
                ArrayNode hashes =
                        growths.addObject().put("from", growth.from()).putArray("hashes");
                growth.proof().forEach(hash -> hashes.add(hash.hex()));
            }
            exchange.json(200, body);
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    public void in(Exchange exchange) {
        Fields fields = exchange.fields();
        JsonNode lines = fields.any("lines").orElseThrow(() -> fields.missing("lines"));
        fields.end();
        if (!lines.isArray() || lines.size() > LINES_MAX)
            throw Fields.wrong("lines", "is a list of at most " + LINES_MAX + " lines");
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ArrayNode outcomes = body.putArray("lines");
        try {
            for (JsonNode each : lines) {
                Fields line = Fields.of(each, "lines");
                long size =
                        line.whole("size", 1, Long.MAX_VALUE)
                                .orElseThrow(() -> line.missing("size"));
                String text = line.requiredText("line", Cosignature.FILE_BYTES_MAX);
                line.end();
                Witnessing.Taken taken =
                        witnessing.take(
                                size, text.getBytes(StandardCharsets.UTF_8), exchange.principal());
                outcomes.addObject()
                        .put("size", size)
                        .put("good", taken.good())
                        .put("sentence", taken.sentence());
            }
        } catch (IOException failed) {
            throw unavailable(failed);
        }
        body.set("standing", json(witnessing.standing()));
        exchange.json(200, body);
    }

    public void decide(Exchange exchange) {
        Fields fields = exchange.fields();
        String text = fields.requiredText("text", WitnessPolicy.FILE_BYTES_MAX);
        fields.end();
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.json(200, json(witnessing.decide(bytes, exchange.principal())));
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    private static redoubt.appliance.http.RefusedException unavailable(IOException failed) {
        return failed instanceof RecordException closed
                ? SiteRecord.unavailable(closed)
                : redoubt.appliance.http.RefusedException.failed(
                        "witnessing_failed",
                        "The files of witnesses cannot be used: "
                                + failed.getMessage()
                                + ". What was answered before counts; look at record/witnessed.");
    }
}
