package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.site.HomeUse;
import redoubt.appliance.site.ShellWord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RootAnswer;
import redoubt.provenance.record.RootCarrying;
import redoubt.provenance.record.RootCopy;
import redoubt.provenance.record.RootMedia;
import redoubt.provenance.record.RootRefusedException;

/// `redoubt record root carry|begin|out|in|cancel`: what is done with the record root at the
/// appliance. Works through the running appliance where it runs, and on the home itself where that
/// is what it takes. Source: docs/ceremonies.md.
final class RecordRootCommand implements RecordCommand {
    @Override
    public String word() {
        return "root";
    }

    @Override
    public String summary() {
        return "the record's root key: carry it away, let it sign";
    }

    @Override
    public Set<String> withValue() {
        return Set.of("--to", "--from", "--since", "--passphrase-file");
    }

    @Override
    public Set<String> switches() {
        return Set.of("--keep", "--one-copy", "--replace");
    }

    @Override
    public String usage() {
        return """
        redoubt record root carry --to MEDIUM --to OTHER-MEDIUM [--keep | --one-copy]
               [--passphrase-file F]   protect the private root, copy it to media, remove it here
        redoubt record root begin --from MEDIUM   a new site under a root that was made elsewhere
        redoubt record root out --to MEDIUM [--since SIZE]   ask the root to vouch for the record
        redoubt record root out --replace --to MEDIUM
               stopped: ask for new keys, the old are lost or stolen
        redoubt record root in --from MEDIUM      take in what the root signed
        redoubt record root cancel                stopped: the old keys go on after all
        """;
    }

    @Override
    public int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        String act = arguments.word(1, "What to do (carry, begin, out, in, cancel)");
        try {
            return switch (act) {
                case "carry" -> carry(arguments);
                case "begin" -> begin(arguments);
                case "out" -> arguments.has("--replace") ? replace(arguments) : out(arguments);
                case "in" -> in(arguments);
                case "cancel" -> cancel(arguments);
                default ->
                        throw new Arguments.UsageException(
                                "There is no `record root " + act + "` at the appliance.");
            };
        } catch (IOException refused) {
            throw new ConsoleClient.FailedException(
                    refused instanceof RootRefusedException
                                    || refused instanceof redoubt.provenance.record.RecordException
                            ? String.valueOf(refused.getMessage())
                            : "It could not be done (%s). Look at the disk and the media."
                                    .formatted(refused));
        }
    }

    private static int carry(Arguments arguments)
            throws Arguments.UsageException,
                    ConsoleClient.FailedException,
                    InterruptedException,
                    IOException {
        List<Path> media = arguments.all("--to").stream().map(Path::of).toList();
        boolean keeps = arguments.has("--keep");
        if (media.isEmpty()) throw new Arguments.UsageException("--to MEDIUM is missing.");
        if (media.size() < 2 && !keeps && !arguments.has("--one-copy"))
            throw new Arguments.UsageException(
                    "One copy is one lost medium away from none. Name a second with --to; or keep the host's copy for now with --keep; or, where another copy exists already, say --one-copy.");
        Output output = new Output(arguments);
        char[] passphrase = Passphrase.ask(arguments);
        Path home = arguments.home();
        List<RootCopy> copies;
        try (RootLedger ledger = RootLedger.open(home)) {
            copies =
                    new RootCarrying(
                                    home.resolve("keys"),
                                    home.resolve("trust"),
                                    ledger,
                                    step -> output.remark(said(step)))
                            .carry(media, passphrase, keeps);
        }
        for (RootCopy copy : copies) {
            ObjectNode json =
                    StrictJson.MAPPER
                            .createObjectNode()
                            .put("sha256", copy.sha256().hex())
                            .put("folder", copy.folder().toString());
            output.result(json, copy.sha256().hex() + "  " + copy.folder());
        }
        if (keeps)
            output.remark(
                    "The host's copy is still there, unprotected. `redoubt status` warns as long as it is.");
        return 0;
    }

    private static String said(RootCarrying.Step step) {
        return switch (step) {
            case COPIED -> "A copy was written, read back, and made a trial signature.";
            case NOTED -> "The record says so.";
            case OVERWRITTEN -> "The host's copy is overwritten …";
            case REMOVED -> "… and removed. What a disk keeps of it besides: docs/ceremonies.md.";
        };
    }

    private static int begin(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, IOException {
        Path medium = Path.of(arguments.required("--from"));
        Path publicHalf = RootCopy.publicHalf(medium);
        try (StoppedHome home = StoppedHome.take(arguments.home(), HomeUse.BEGIN_UNDER_ROOT)) {
            Path file = RootMedia.writeRequest(medium, home.beginUnderRoot(publicHalf));
            written(
                    arguments,
                    file,
                    "Sign it on the machine that has the root (redoubt record root sign), bring it back (redoubt record root in --from %s), then start: redoubt run."
                            .formatted(ShellWord.of(medium)));
        }
        return 0;
    }

    private static int out(Arguments arguments)
            throws Arguments.UsageException,
                    ConsoleClient.FailedException,
                    InterruptedException,
                    IOException {
        Path medium = Path.of(arguments.required("--to"));
        Bytes log = log(arguments.home());
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            JsonNode made =
                    console.call(
                            "POST",
                            "/api/record/root-request",
                            Map.of("since", since(arguments, medium, log)));
            Path file =
                    RootMedia.writeRequest(
                            medium, Base64.getDecoder().decode(made.path("request").asText()));
            written(
                    arguments,
                    file,
                    "The root is asked to vouch for %d entries. Sign it on the machine that has the root: redoubt record root sign."
                            .formatted(made.path("size").asLong()));
        }
        return 0;
    }

    private static int replace(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, IOException {
        Path medium = Path.of(arguments.required("--to"));
        try (StoppedHome home = StoppedHome.take(arguments.home(), HomeUse.ASK_FOR_NEW_KEY)) {
            var request = home.replaceKey(since(arguments, medium, log(arguments.home())));
            Path file = RootMedia.writeRequest(medium, request.file());
            Output output = new Output(arguments);
            if (request.oldKeyWorks())
                output.remark(
                        "The present key is here and works. New keys are for one that was stolen; if it was not, undo this with: redoubt record root cancel.");
            output.remark("New key      " + request.newKey().hex());
            written(
                    arguments,
                    file,
                    "Write down the new key's number, and compare it when the request is signed (redoubt record root sign). The appliance does not start before the answer is in.");
        }
        return 0;
    }

    private static int in(Arguments arguments)
            throws Arguments.UsageException,
                    ConsoleClient.FailedException,
                    InterruptedException,
                    IOException {
        Path medium = Path.of(arguments.required("--from"));
        Path homeFolder = arguments.home();
        Optional<RootLedger> running = RootLedger.ofRunning(homeFolder);
        if (running.isPresent()) {
            try (RootLedger ledger = running.get()) {
                return inWhileRunning(arguments, medium, ledger);
            }
        }
        try (StoppedHome home = StoppedHome.take(homeFolder, HomeUse.TAKE_IN_NEW_KEY)) {
            home.takeIn(medium);
        }
        new Output(arguments)
                .remark("The root's answer is in. The next start opens the epoch: redoubt run.");
        return 0;
    }

    private static int inWhileRunning(Arguments arguments, Path medium, RootLedger ledger)
            throws ConsoleClient.FailedException, InterruptedException, IOException {
        Output output = new Output(arguments);
        Bytes log = log(arguments.home());
        List<byte[]> revocations = RootMedia.revocations(medium, log);
        Optional<byte[]> answer = RootMedia.answer(medium, log);
        if (answer.isEmpty() && revocations.isEmpty())
            throw new RootRefusedException(
                    "%s has no answer of the root for this site's log. Is it the right medium, and was the request signed?"
                            .formatted(medium));
        for (byte[] revocation : revocations) {
            JsonNode noted = ledger.send("/api/record/root-revocation", revocation);
            output.result(noted, "EPOCH_REVOKED is entry " + noted.path("entry").asLong());
        }
        if (answer.isPresent()) {
            JsonNode noted = ledger.send("/api/record/root-answer", answer.get());
            output.result(noted, "COUNTERSIGNED is entry " + noted.path("entry").asLong());
        }
        return 0;
    }

    private static int cancel(Arguments arguments)
            throws ConsoleClient.FailedException, IOException {
        try (StoppedHome home = StoppedHome.take(arguments.home(), HomeUse.CANCEL_NEW_KEY)) {
            new Output(arguments)
                    .remark(
                            home.cancel()
                                    ? "The request is forgotten, and its new keys are removed. An answer to it is worth nothing here any more."
                                    : "Nothing waits for the record root.");
        }
        return 0;
    }

    private static void written(Arguments arguments, Path file, String remark) {
        Output output = new Output(arguments);
        output.result(
                StrictJson.MAPPER.createObjectNode().put("file", file.toString()), file.toString());
        output.remark(remark);
    }

    private static Bytes log(Path home) throws IOException {
        return RecordTrust.read(home.resolve("trust"))
                .logId()
                .orElseThrow(() ->
                        new RootRefusedException(
                                "There is no record yet in the home %s. Is it the right --home?"
                                        .formatted(home)));
    }

    /// From which size on the request shows that nothing changed: what is said, or what the root
    /// last signed as far as the medium knows.
    private static long since(Arguments arguments, Path medium, Bytes log)
            throws Arguments.UsageException, IOException {
        Optional<String> given = arguments.value("--since");
        if (given.isPresent()) {
            if (!given.get().matches("[0-9]{1,18}"))
                throw new Arguments.UsageException("--since is a number of entries.");
            return Long.parseLong(given.get());
        }
        List<Long> known = new ArrayList<>();
        for (byte[] answer : RootMedia.answer(medium, log).stream().toList()) {
            RootAnswer earlier = RootAnswer.decode(answer);
            if (earlier.logId().equals(log)) known.add(earlier.size());
        }
        return known.isEmpty() ? 0 : known.getFirst();
    }
}
