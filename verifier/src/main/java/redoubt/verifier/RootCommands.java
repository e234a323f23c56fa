package redoubt.verifier;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.RecordRoot;
import redoubt.provenance.record.Revocation;
import redoubt.provenance.record.RootAnswer;
import redoubt.provenance.record.RootCopy;
import redoubt.provenance.record.RootMedia;
import redoubt.provenance.record.RootRefusedException;
import redoubt.provenance.record.RootReview;
import redoubt.provenance.record.RootSigner;

/// `record root make|sign|revoke`: the record root at work on a machine without a network and
/// without an appliance. Says what it is about to sign before it asks for a yes. Exit status: 0
/// done, 1 refused, 2 a wrong command line. One thread. Source: docs/ceremonies.md.
final class RootCommands {
    static final String USAGE =
            """
            On the machine that has the record root, without a network:

              redoubt record root make --to MEDIUM --to OTHER-MEDIUM
                  makes the root of a new site, on media only
              redoubt record root sign --media DIR --key FILE [--another-log] [--yes]
                  signs the one request in DIR, after saying what it is
              redoubt record root revoke --to DIR --key FILE --epoch N --from SEQUENCE
                      --reason TEXT [--log ID] [--yes]
                  says that what an epoch's key signed from an entry on is not believed
              each with [--passphrase-file FILE]; otherwise the passphrase is asked for
            """;
    private static final int DONE = 0;
    private static final int REFUSED = 1;

    private final PrintStream out;
    private final PrintStream err;
    private final InstantSource clock;

    RootCommands(PrintStream out, PrintStream err, InstantSource clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    /// @param words behind `record root`
    int run(List<String> words) throws UsageException {
        RootOptions options = RootOptions.parse(words);
        try {
            return switch (options.act()) {
                case "make" -> make(options);
                case "sign" -> sign(options);
                case "revoke" -> revoke(options);
                default ->
                        throw new UsageException(
                                "There is no `record root " + options.act() + "` here.");
            };
        } catch (RootRefusedException refused) {
            err.println(Report.printable(String.valueOf(refused.getMessage())));
            return REFUSED;
        } catch (IOException failed) {
            err.println(
                    Report.printable(
                            "It could not be done: "
                                    + failed
                                    + ". Nothing was signed; look at the media."));
            return REFUSED;
        }
    }

    private int make(RootOptions options) throws IOException, UsageException {
        List<Path> media = options.paths("--to");
        if (media.isEmpty()) {
            throw new UsageException("--to MEDIUM is missing.");
        }
        char[] passphrase = options.passphrase(true);
        RecordRoot root = RecordRoot.make();
        List<RootCopy> copies = new ArrayList<>();
        for (Path medium : media) {
            copies.add(RootCopy.write(medium, root, passphrase));
        }
        for (RootCopy copy : copies) {
            out.println(copy.sha256().hex() + "  " + copy.folder());
        }
        err.println(
                "The record root "
                        + root.name()
                        + " is made; each copy was read back and made a trial signature."
                        + (copies.size() < 2
                                ? " There is one copy. Make a second before it is used: copy the"
                                        + " whole folder to another medium."
                                : ""));
        err.println(
                "Give the site record-root.pem; the installation begins with: redoubt record root"
                        + " begin --from MEDIUM.");
        return DONE;
    }

    private int sign(RootOptions options) throws IOException, UsageException {
        Path medium = options.path("--media");
        byte[] request = RootMedia.request(medium);
        RootSigner signer =
                RootSigner.open(options.path("--key"), options.passphrase(false), clock);
        RootReview review = RootReview.of(request, signer.publicKey());
        for (String line : review.words()) {
            err.println(Report.printable(line));
        }
        err.println("This copy of the root has signed " + signer.signedBefore() + " times before.");
        // Before the question: nobody should decide about what will be refused anyway.
        signer.requireConsistent(review, options.has("--another-log"));
        options.requireYes();
        RootAnswer answer = signer.sign(review, options.has("--another-log"));
        out.println(RootMedia.writeAnswer(medium, answer));
        err.println(
                "Signed. Carry the medium back; at the appliance: redoubt record root in --from"
                        + " MEDIUM.");
        return DONE;
    }

    private int revoke(RootOptions options) throws IOException, UsageException {
        Path medium = options.path("--to");
        long epoch = options.number("--epoch", 1);
        long from = options.number("--from", 0);
        String reason = options.text("--reason");
        RootSigner signer =
                RootSigner.open(options.path("--key"), options.passphrase(false), clock);
        Optional<Bytes> log = options.log().or(signer::onlyLog);
        if (log.isEmpty()) {
            throw new UsageException(
                    "--log ID is missing: this copy of the root has not signed for one log alone."
                            + " `redoubt status` shows the log's id.");
        }
        err.println("Log          " + log.get().hex());
        err.println(
                "Signing      means: what the key of epoch "
                        + epoch
                        + " signed at entry "
                        + from
                        + " and behind is not believed, unless witnesses saw it.");
        err.println("Reason       " + Report.printable(reason));
        options.requireYes();
        Revocation revocation = signer.revoke(log.get(), epoch, from, reason);
        out.println(RootMedia.writeRevocation(medium, revocation));
        err.println(
                "Signed. The file is for the appliance (redoubt record root in) and for every"
                        + " auditor's trust folder (trust/revocations/).");
        return DONE;
    }
}
