package redoubt.verifier;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.CredentialFacts;
import redoubt.provenance.credentials.CredentialFile;
import redoubt.provenance.credentials.CredentialVerdict;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.evidence.CredentialBond;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.ProofReport;
import redoubt.provenance.record.ProofVerifier;
import redoubt.provenance.record.ProvenEntry;
import redoubt.provenance.record.RecordTrust;

/// Checks that an answer, its credential and its entries belong together: the credential names the
/// OUTPUT entry, the OUTPUT entry names the text, a SEAL entry names the credential. One thread.
/// Source: docs/audit-record.md section 10.
final class AnswerCheck {
    private final RecordTrust trust;
    private final Path trustFolder;
    private final CredentialLibrary library;
    private final Optional<Checkpoint> later;

    /// @param later a checkpoint that the consistency file must arrive at
    AnswerCheck(
            RecordTrust trust,
            Path trustFolder,
            CredentialLibrary library,
            Optional<Checkpoint> later) {
        this.trust = trust;
        this.trustFolder = trustFolder;
        this.library = library;
        this.later = later;
    }

    /// The entries of one inference, all proven.
    private record Proven(
            Bytes logId,
            Optional<ProvenEntry> intent,
            ProvenEntry outputEntry,
            Event.Output output,
            List<Event.Seal> seals) {}

    Findings check(Exhibits exhibits) {
        Findings findings = new Findings();
        findings.credential(CredentialState.UNCHECKED);
        if (exhibits.answer().isEmpty()) {
            findings.add(
                    Check.unchecked("answer", "no answer file was given, only what belongs to it"));
        }
        Optional<Proven> proven = proof(exhibits, findings);
        if (exhibits.answer().isEmpty()) {
            return findings;
        }
        Exhibits.Named answer = exhibits.answer().get();
        byte[] manifest = exhibits.manifest().map(Exhibits.Named::bytes).orElse(null);
        switch (CredentialFile.open(exhibits.form(), answer.bytes(), manifest)) {
            case CredentialFile.Absent absent -> {
                findings.credential(CredentialState.ABSENT);
                findings.add(
                        Check.bad(
                                "credential",
                                absent.sentence()
                                        + " Every answer leaves with one, so it was removed or a"
                                        + " file is missing from the command."));
            }
            case CredentialFile.Broken broken -> {
                findings.credential(CredentialState.INVALID);
                findings.add(Check.bad("credential", broken.sentence()));
            }
            case CredentialFile.Opened opened -> {
                proven.ifPresent(entries -> sealed(entries, opened, findings));
                credential(exhibits, answer, proven, findings);
            }
        }
        return findings;
    }

    private Optional<Proven> proof(Exhibits exhibits, Findings findings) {
        if (exhibits.proof().isEmpty()) {
            findings.add(
                    Check.unchecked(
                            "proof",
                            "no proof file was given; fetch it where the answer was downloaded"));
            return Optional.empty();
        }
        Optional<ProofVerifier.Later> leads =
                exhibits.consistency()
                        .map(file -> new ProofVerifier.Later(Bytes.of(file.bytes()), later));
        ProofReport report = new ProofVerifier(trust).verify(exhibits.proof().get().bytes(), leads);
        report.checks().forEach(findings::add);
        findings.atBest(report.verdict());
        findings.witnessing(report.witnessing(), report.disputed());
        if (report.logId().isEmpty()) {
            return Optional.empty();
        }
        return inference(report, findings);
    }

    private static Optional<Proven> inference(ProofReport report, Findings findings) {
        List<ProvenEntry> outputs =
                report.entries().stream()
                        .filter(proven -> proven.entry().event() instanceof Event.Output)
                        .toList();
        if (outputs.size() != 1
                || !(outputs.getFirst().entry().event() instanceof Event.Output output)) {
            findings.add(
                    Check.bad("proof", "It speaks of " + outputs.size() + " outputs, not of one."));
            return Optional.empty();
        }
        Entry entry = outputs.getFirst().entry();
        List<Event.Seal> seals =
                report.entries().stream()
                        .filter(proven -> proven.entry().refersTo().orElse(-1) == entry.sequence())
                        .map(proven -> proven.entry().event())
                        .filter(Event.Seal.class::isInstance)
                        .map(Event.Seal.class::cast)
                        .toList();
        Optional<ProvenEntry> intent =
                report.entries().stream()
                        .filter(proven -> proven.entry().event() instanceof Event.Intent)
                        .filter(proven -> proven.entry().sequence() == entry.refersTo().orElse(-1))
                        .findFirst();
        if (intent.isEmpty()) {
            findings.add(
                    Check.unchecked(
                            "intent",
                            "the proof lacks the INTENT: on whose authority is not shown"));
        }
        Proven proven =
                new Proven(report.logId().orElseThrow(), intent, outputs.getFirst(), output, seals);
        facts(proven, findings);
        return Optional.of(proven);
    }

    private static void facts(Proven proven, Findings findings) {
        Entry entry = proven.outputEntry().entry();
        findings.fact("log", proven.logId().hex());
        findings.fact("output entry", Long.toString(entry.sequence()));
        findings.fact("recorded at", at(entry.wallClockUs()) + " by the host's clock");
        findings.fact("actor", entry.actor().pseudonym() + " (" + entry.actor().method() + ")");
        proven.intent()
                .map(intent -> intent.entry().event())
                .filter(Event.Intent.class::isInstance)
                .map(Event.Intent.class::cast)
                .ifPresent(intent -> {
                    findings.fact("model", intent.modelName());
                    findings.fact("weights SHA-256", intent.modelSha256().hex());
                });
    }

    private static String at(long wallClockUs) {
        return Instant.ofEpochMilli(wallClockUs / 1_000).toString();
    }

    /// The record's side of the bond: needs no native library.
    private static void sealed(Proven proven, CredentialFile.Opened opened, Findings findings) {
        if (!proven.output().contentSha256().hex().equals(opened.contentSha256())) {
            findings.add(
                    Check.bad(
                            "content",
                            "The text is not the one that entry "
                                    + proven.outputEntry().entry().sequence()
                                    + " speaks of: it was altered, or the proof belongs to another"
                                    + " answer."));
            return;
        }
        findings.add(Check.good("content", "the OUTPUT entry names the hash of this text"));
        if (proven.seals().stream().anyMatch(seal -> names(seal, opened))) {
            findings.add(
                    Check.good(
                            "seal",
                            "a SEAL entry names this credential: manifest, claim, signature, file"));
        } else if (proven.seals().stream()
                .anyMatch(seal -> seal.manifestUrn().equals(opened.urn()))) {
            findings.add(
                    Check.bad(
                            "seal",
                            "The SEAL of this credential names other bytes: it was altered after it"
                                    + " was made."));
        } else {
            findings.add(
                    Check.unchecked(
                            "seal",
                            "no SEAL in the proof names this credential; if the file was downloaded"
                                    + " after the proof, fetch the proof again"));
        }
    }

    private static boolean names(Event.Seal seal, CredentialFile.Opened opened) {
        String form =
                switch (opened.form()) {
                    case DETACHED -> "detached";
                    case TEXT -> "text";
                    case MARKDOWN -> "markdown";
                };
        return seal.form().equals(form)
                && seal.manifestUrn().equals(opened.urn())
                && seal.manifestSha256().hex().equals(opened.hashes().manifestSha256())
                && seal.claimSha256().hex().equals(opened.hashes().claimSha256())
                && seal.signatureSha256().hex().equals(opened.hashes().signatureSha256())
                && seal.assetSha256().hex().equals(opened.hashes().assetSha256());
    }

    /// The credential's side of the bond.
    private void credential(
            Exhibits exhibits, Exhibits.Named answer, Optional<Proven> proven, Findings findings) {
        Path root = trustFolder.resolve("credentials-root.pem");
        TrustAnchors anchors = TrustAnchors.none();
        try {
            if (Files.exists(root)) {
                anchors = TrustAnchors.read(root);
            }
        } catch (CredentialException e) {
            findings.add(Check.unchecked("credential", String.valueOf(e.getMessage())));
            return;
        }
        Form form = exhibits.form();
        byte[] manifest = exhibits.manifest().map(Exhibits.Named::bytes).orElse(null);
        CredentialVerdict verdict =
                library.verifier().verify(form, answer.bytes(), manifest, anchors);
        findings.credential(CredentialState.of(verdict));
        switch (verdict) {
            case CredentialVerdict.Valid valid -> {
                findings.add(
                        Check.good(
                                "credential",
                                "signed by "
                                        + valid.facts().signer()
                                        + " of "
                                        + valid.facts().issuer()
                                        + ", under the trust folder's root ("
                                        + form.name().toLowerCase(Locale.ROOT)
                                        + " form)"));
                proven.ifPresent(entries -> bond(entries, valid.facts(), findings));
            }
            case CredentialVerdict.UnknownSigner unknown ->
                    findings.add(
                            Check.unchecked(
                                    "credential",
                                    "the content is untouched, but nobody in the trust folder vouches"
                                            + " for the signer "
                                            + unknown.facts().signer()
                                            + "; that is no forgery: ask which site made it, and"
                                            + " bring that site's credentials-root.pem"));
            case CredentialVerdict.Invalid invalid ->
                    findings.add(
                            Check.bad(
                                    "credential",
                                    invalid.sentence() + " (" + invalid.code() + ")"));
            case CredentialVerdict.Absent absent ->
                    findings.add(Check.bad("credential", absent.sentence()));
            case CredentialVerdict.Unchecked unchecked ->
                    findings.add(
                            Check.unchecked(
                                    "credential",
                                    "record and proof were checked, the credential's signature was"
                                            + " not: "
                                            + unchecked.why()));
        }
    }

    private static void bond(Proven proven, CredentialFacts facts, Findings findings) {
        Entry entry = proven.outputEntry().entry();
        String other =
                CredentialBond.difference(
                        facts.entry(),
                        proven.logId(),
                        entry,
                        proven.output(),
                        proven.outputEntry().leafHash());
        if (!other.isEmpty()) {
            findings.add(
                    Check.bad("bond", "The credential names " + other + " than the proof shows."));
            return;
        }
        findings.add(
                Check.good(
                        "bond",
                        "the credential names entry "
                                + entry.sequence()
                                + " of this log, and the entry names the credential"));
        boolean sameModel =
                proven.intent()
                        .map(intent -> intent.entry().event())
                        .filter(Event.Intent.class::isInstance)
                        .map(Event.Intent.class::cast)
                        .map(intent -> intent.modelSha256().hex().equals(facts.model().sha256()))
                        .orElse(true);
        findings.add(
                sameModel
                        ? Check.good("model", "credential and INTENT name the same weights")
                        : Check.bad("model", "Credential and INTENT name different weights."));
    }
}
