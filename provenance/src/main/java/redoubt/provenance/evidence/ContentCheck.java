package redoubt.provenance.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import redoubt.provenance.credentials.CredentialVerdict;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Refusal;

/// Checks the answers, credentials and disclosures of a package against its entries. One thread.
/// Source: docs/audit-record.md section 11.7, 9 and 10.
final class ContentCheck {
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}\n");

    private final PackageReader files;
    private final EntriesCheck entries;
    private final Bytes logId;
    private final CredentialVerifier credentials;
    private final TrustAnchors anchors;
    private long answers;
    private long sealed;
    private long valid;
    private long disclosed;
    private String uncheckedWhy = "";

    ContentCheck(
            PackageReader files,
            EntriesCheck entries,
            Bytes logId,
            CredentialVerifier credentials,
            TrustAnchors anchors) {
        this.files = files;
        this.entries = entries;
        this.logId = logId;
        this.credentials = credentials;
        this.anchors = anchors;
    }

    long answers() {
        return answers;
    }

    /// Credentials that a SEAL names.
    long sealed() {
        return sealed;
    }

    /// Credentials whose own signature was checked too, under a root that the checker brought.
    long valid() {
        return valid;
    }

    long disclosed() {
        return disclosed;
    }

    /// Why a credential's own signature was not checked; empty where all were.
    String uncheckedWhy() {
        return uncheckedWhy;
    }

    void run() throws IOException, Refusal {
        for (long output : files.numbered("outputs", "c2pa").keySet())
            if (!files.has(PackageNames.of("outputs", output, "txt"))) credential(output);
        for (var text : files.numbered("outputs", "txt").entrySet()) answer(text.getKey());
        for (var input : files.numbered("disclosures", "input").entrySet())
            input(input.getKey(), input.getValue());
        for (var tool : files.numbered("disclosures", "tool").entrySet())
            tool(tool.getKey(), tool.getValue());
    }

    private EntriesCheck.Answered output(long sequence) throws Refusal {
        EntriesCheck.Answered answered = entries.outputs().get(sequence);
        if (answered == null)
            throw new Refusal(
                    "outputs", "Entry " + sequence + " of this package is not an OUTPUT.");
        return answered;
    }

    private void answer(long sequence) throws IOException, Refusal {
        EntriesCheck.Answered answered = output(sequence);
        byte[] text = files.read(PackageNames.of("outputs", sequence, "txt"));
        if (!Commitments.sha256(text).equals(answered.output().contentSha256()))
            throw new Refusal(
                    "outputs", "The text of entry " + sequence + " is not the one it speaks of.");
        answers++;
        if (files.has(PackageNames.of("outputs", sequence, "c2pa")))
            checked(answered, text, credential(sequence));
        String key = PackageNames.of("disclosures", sequence, "output.key");
        if (files.has(key))
            requireOpens(
                    answered.output().contentCommitment(), Commitments.OUTPUT, key, text, sequence);
    }

    private byte[] credential(long sequence) throws IOException, Refusal {
        output(sequence);
        byte[] manifest = files.read(PackageNames.of("outputs", sequence, "c2pa"));
        Bytes sha256 = Commitments.sha256(manifest);
        if (entries.sealsOf(sequence).stream()
                .noneMatch(seal ->
                        seal.form().equals("detached") && seal.manifestSha256().equals(sha256)))
            throw new Refusal(
                    "outputs",
                    "No SEAL of this package names the credential of entry " + sequence + ".");
        sealed++;
        return manifest;
    }

    private void checked(EntriesCheck.Answered answered, byte[] text, byte[] manifest)
            throws Refusal {
        long sequence = answered.entry().sequence();
        switch (credentials.verify(Form.DETACHED, text, manifest, anchors)) {
            case CredentialVerdict.Valid found -> {
                valid++;
                bond(answered, found);
            }
            case CredentialVerdict.UnknownSigner unknown ->
                    uncheckedWhy =
                            "nobody in the trust folder vouches for the signer "
                                    + unknown.facts().signer();
            case CredentialVerdict.Unchecked unchecked -> uncheckedWhy = unchecked.why();
            case CredentialVerdict.Invalid invalid ->
                    throw new Refusal(
                            "credential",
                            "The credential of entry "
                                    + sequence
                                    + " does not hold: "
                                    + invalid.sentence()
                                    + " ("
                                    + invalid.code()
                                    + ")");
            case CredentialVerdict.Absent absent ->
                    throw new Refusal(
                            "credential",
                            "The credential of entry "
                                    + sequence
                                    + " is none: "
                                    + absent.sentence());
        }
    }

    private void bond(EntriesCheck.Answered answered, CredentialVerdict.Valid found)
            throws Refusal {
        String other =
                CredentialBond.difference(
                        found.facts().entry(),
                        logId,
                        answered.entry(),
                        answered.output(),
                        answered.leafHash());
        long intent = answered.entry().refersTo().orElse(-1);
        Event.Intent asked = entries.intents().get(intent);
        if (other.isEmpty()
                && asked != null
                && !asked.modelSha256().hex().equals(found.facts().model().sha256()))
            other = "other weights";
        if (!other.isEmpty())
            throw new Refusal(
                    "bond",
                    "The credential of entry "
                            + answered.entry().sequence()
                            + " names "
                            + other
                            + " than the entry.");
    }

    private void input(long sequence, String name) throws IOException, Refusal {
        Event.Intent intent = entries.intents().get(sequence);
        if (intent == null)
            throw new Refusal(
                    "disclosures", "Entry " + sequence + " of this package is not an INTENT.");
        requireOpens(
                intent.inputCommitment(),
                Commitments.INPUT,
                PackageNames.of("disclosures", sequence, "input.key"),
                files.read(name),
                sequence);
    }

    private void tool(long sequence, String name) throws IOException, Refusal {
        byte[] content = files.read(name);
        String key = PackageNames.of("disclosures", sequence, "tool.key");
        switch (entries.tools().get(sequence)) {
            case Event.ToolCalled called ->
                    requireOpens(
                            called.argumentsCommitment(),
                            Commitments.TOOL_CALL,
                            key,
                            content,
                            sequence);
            case Event.ToolAnswered answered ->
                    requireOpens(
                            answered.resultCommitment(),
                            Commitments.TOOL_RESULT,
                            key,
                            content,
                            sequence);
            case null, default ->
                    throw new Refusal(
                            "disclosures",
                            "Entry " + sequence + " of this package speaks of no tool.");
        }
    }

    private void requireOpens(
            Bytes commitment, String domain, String keyFile, byte[] content, long sequence)
            throws IOException, Refusal {
        String key = new String(files.read(keyFile), StandardCharsets.ISO_8859_1);
        if (!KEY.matcher(key).matches())
            throw new Refusal("disclosures", keyFile + " is not a key in hexadecimal digits.");
        var opened = new EvidenceContent.Opened(Bytes.ofHex(key.strip()).toArray(), content);
        if (!Commitments.opens(commitment, domain, opened))
            throw new Refusal(
                    "disclosures",
                    "What is disclosed for entry "
                            + sequence
                            + " is not what it commits to: another content, or the wrong key.");
        disclosed++;
    }
}
