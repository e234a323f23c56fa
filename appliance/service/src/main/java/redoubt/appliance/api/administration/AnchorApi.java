package redoubt.appliance.api.administration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Base64;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.record.Anchoring;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.anchor.Anchor;
import redoubt.provenance.anchor.AnchorFile;
import redoubt.provenance.record.RecordException;

/// Requests for outside anchors, and the proofs that come back.
public final class AnchorApi {
    private static final int PROOF_CHARACTERS_MAX = AnchorFile.BYTES_MAX / 3 * 4 + 8;

    private final Anchoring anchoring;

    public AnchorApi(Anchoring anchoring) {
        this.anchoring = anchoring;
    }

    public void request(Exchange exchange) {
        Anchoring.Packet packet = anchoring.give();
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        body.put("size", packet.size());
        body.put("text", packet.text());
        ArrayNode requests = body.putArray("requests");
        for (Anchor.Request request : packet.requests())
            requests.addObject()
                    .put("name", request.name())
                    .put("content", Base64.getEncoder().encodeToString(request.content()))
                    .put("advice", request.advice());
        exchange.json(200, body);
    }

    public void list(Exchange exchange) {
        try {
            ObjectNode body = StrictJson.MAPPER.createObjectNode();
            ArrayNode anchors = body.putArray("anchors");
            for (Anchoring.Kept kept : anchoring.all()) put(anchors.addObject(), kept);
            exchange.json(200, body);
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    public void take(Exchange exchange) {
        Fields fields = exchange.fields();
        String text = fields.requiredText("text", 512);
        String kind = fields.requiredText("kind", 32);
        String encoded = fields.requiredText("proof", PROOF_CHARACTERS_MAX);
        fields.end();
        Anchor anchor =
                Anchor.named(kind)
                        .orElseThrow(() ->
                                Fields.wrong("kind", "is opentimestamps (ots) or rfc3161 (tsr)"));
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException malformed) {
            throw Fields.wrong("proof", "is Base64");
        }
        try {
            ObjectNode body = StrictJson.MAPPER.createObjectNode();
            put(body, anchoring.take(text, anchor, proof, exchange.principal()));
            exchange.json(200, body);
        } catch (IOException failed) {
            throw unavailable(failed);
        }
    }

    private static void put(ObjectNode body, Anchoring.Kept kept) {
        body.put("entries", kept.size());
        body.put("kind", kept.kind());
        body.put("sentence", kept.sentence());
    }

    private static RefusedException unavailable(IOException failed) {
        return failed instanceof RecordException closed
                ? SiteRecord.unavailable(closed)
                : RefusedException.failed(
                        "anchoring_failed",
                        "The files of anchors cannot be used: "
                                + failed.getMessage()
                                + ". What was taken before is kept; look at record/anchors and trust.");
    }
}
