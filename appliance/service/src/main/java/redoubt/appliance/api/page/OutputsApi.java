package redoubt.appliance.api.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import redoubt.appliance.answers.Outputs;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.record.Alarms;
import redoubt.provenance.credentials.CredentialFacts;
import redoubt.provenance.credentials.CredentialVerdict;

/// What an answer's credential says, and the files to take away.
public final class OutputsApi {
    private final Outputs outputs;
    private final Alarms alarms;
    private final AnswerErasure erasure;

    public OutputsApi(Outputs outputs, Alarms alarms, AnswerErasure erasure) {
        this.outputs = outputs;
        this.alarms = alarms;
        this.erasure = erasure;
    }

    /// Removes an answer and its question.
    public void erase(Exchange exchange) throws IOException {
        erasure.erase(exchange.part("id"), exchange.principal());
        exchange.noContent();
    }

    public void show(Exchange exchange) throws IOException, InterruptedException {
        Item.Answer answer = outputs.find(exchange.part("id"), exchange.principal());
        long seal = outputs.seals(answer).getFirst();
        ObjectNode body = StrictJson.MAPPER.createObjectNode().put("id", answer.id());
        switch (outputs.verdict(answer)) {
            case CredentialVerdict.Valid valid -> {
                body.put("state", "valid");
                facts(body, valid.facts(), answer, seal);
                body.put("replayable", outputs.replayable(answer));
            }
            case CredentialVerdict.UnknownSigner unknown -> {
                body.put("state", "unknown_signer");
                facts(body, unknown.facts(), answer, seal);
                body.put("replayable", outputs.replayable(answer));
            }
            case CredentialVerdict.Invalid invalid -> {
                body.put("state", "invalid");
                doesNotHold(body, answer, invalid.code(), invalid.sentence());
            }
            case CredentialVerdict.Absent absent -> {
                body.put("state", "absent");
                doesNotHold(body, answer, "redoubt.absent", absent.sentence());
            }
            case CredentialVerdict.Unchecked unchecked ->
                    throw RefusedException.unavailable(
                            "credential_unchecked",
                            "The credential could not be checked here, so nothing is said about it: "
                                    + unchecked.why());
        }
        exchange.json(200, body);
    }

    /// What was stored with its credential has none that holds: somebody must look at it.
    private void doesNotHold(ObjectNode body, Item.Answer answer, String code, String sentence) {
        body.putObject("why").put("code", code).put("message", sentence);
        alarms.raise(Alarms.CREDENTIAL_INVALID, "output " + answer.id() + ": " + code);
    }

    private static void facts(
            ObjectNode body, CredentialFacts facts, Item.Answer answer, long seal) {
        body.put("signer", facts.signer());
        body.put("issuer", facts.issuer());
        body.put("generator", facts.generator());
        if (facts.createdAt() != null) body.put("date", String.valueOf(facts.createdAt()));
        body.putObject("model")
                .put("name", facts.model().name())
                .put("sha256", facts.model().sha256())
                .put("architecture", facts.model().architecture());
        body.putObject("entry")
                .put("logId", facts.entry().logId())
                .put("intent", answer.entry().intent())
                .put("output", facts.entry().sequence())
                .put("seal", seal)
                .put("leafHash", facts.entry().leafHash());
        try {
            body.set("manifest", StrictJson.MAPPER.readTree(facts.manifestJson()));
        } catch (JsonProcessingException unreadable) {
            body.put("manifest", facts.manifestJson());
        }
    }

    public void download(Exchange exchange) throws IOException, InterruptedException {
        send(exchange, exchange.part("form"));
    }

    public void credential(Exchange exchange) throws IOException, InterruptedException {
        send(exchange, "c2pa");
    }

    public void proof(Exchange exchange) throws IOException, InterruptedException {
        send(exchange, "proof");
    }

    private void send(Exchange exchange, String form) throws IOException, InterruptedException {
        Item.Answer answer = outputs.find(exchange.part("id"), exchange.principal());
        Outputs.Download download = outputs.download(answer, form, exchange.principal());
        exchange.file(download.mediaType(), download.fileName(), download.bytes());
    }

    public void trust(Exchange exchange) throws IOException {
        Outputs.Download download = outputs.trust(exchange.principal());
        exchange.file(download.mediaType(), download.fileName(), download.bytes());
    }
}
