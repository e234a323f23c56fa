package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import redoubt.appliance.Appliance;
import redoubt.appliance.http.Server;
import redoubt.appliance.site.SiteException;

/// `serve`: becomes the appliance. Progress and log go to standard error; standard output gets the
/// address, the first administrator's password once, and nothing afterwards. `--no-warm-up` leaves
/// out [redoubt.appliance.answers.WarmUp]: for those whose start is to cost little, not to answer
/// quickly.
public final class Serve {
    private static final int PORT = 8443;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Serve() {}

    public static int run(List<String> rest) throws InterruptedException {
        try {
            Arguments arguments =
                    Arguments.parse(
                            rest,
                            Set.of(
                                    "--home",
                                    "--port",
                                    "--model",
                                    "--bind",
                                    "--connections-per-address",
                                    "--admin-password-file",
                                    "--native"),
                            Set.of("--json", "--quiet", "--detached", "--no-warm-up"));
            // Quiet is the start. What goes wrong afterwards is no progress, and belongs in the
            // log.
            AtomicBoolean speaks = new AtomicBoolean(!arguments.has("--quiet"));
            Consumer<String> progress =
                    line -> {
                        if (speaks.get()) System.err.println(line);
                    };
            Appliance appliance = Appliance.start(options(arguments), progress);
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform()
                                    .name("stop")
                                    .unstarted(() -> {
                                        appliance.close();
                                        stopped.countDown();
                                    }));
            appliance.awaitModel();
            if (!arguments.has("--no-warm-up")) appliance.warmUp();
            announce(appliance, arguments);
            speaks.set(true);
            if (arguments.has("--detached")) System.out.close();
            stopped.await();
            return 0;
        } catch (Arguments.UsageException usage) {
            System.err.println("redoubt: " + usage.getMessage());
            return 2;
        } catch (SiteException refused) {
            System.err.println("redoubt: " + refused.getMessage());
            return refused.exitCode();
        }
    }

    private static Appliance.Options options(Arguments arguments) throws Arguments.UsageException {
        Path model = Path.of(arguments.required("--model")).toAbsolutePath();
        if (!Files.isRegularFile(model))
            throw new Arguments.UsageException(
                    "There is no model file at %s. Give --model the path of a GGUF file."
                            .formatted(model));
        Path nativeDir = Path.of(arguments.required("--native")).toAbsolutePath();
        if (!Files.isDirectory(nativeDir))
            throw new Arguments.UsageException(
                    "There are no native libraries at %s. `redoubt setup` builds them."
                            .formatted(nativeDir));
        return new Appliance.Options(
                arguments.home(),
                arguments.value("--bind").orElse("127.0.0.1"),
                port(arguments),
                model,
                nativeDir,
                connectionsPerAddress(arguments),
                adminPassword(arguments));
    }

    private static int connectionsPerAddress(Arguments arguments) throws Arguments.UsageException {
        Optional<String> given = arguments.value("--connections-per-address");
        if (given.isEmpty()) return Server.CONNECTIONS_OF_ONE_ADDRESS;
        if (!given.get().matches("[0-9]{1,4}")
                || Integer.parseInt(given.get()) < 1
                || Integer.parseInt(given.get()) > Server.CONNECTIONS_MAX)
            throw new Arguments.UsageException(
                    "--connections-per-address is a number from 1 to %d."
                            .formatted(Server.CONNECTIONS_MAX));
        return Integer.parseInt(given.get());
    }

    private static int port(Arguments arguments) throws Arguments.UsageException {
        String given = arguments.value("--port").orElse(String.valueOf(PORT));
        if (!given.matches("[0-9]{1,5}") || Integer.parseInt(given) > 65535)
            throw new Arguments.UsageException("--port is a number from 0 to 65535.");
        return Integer.parseInt(given);
    }

    private static Optional<String> adminPassword(Arguments arguments)
            throws Arguments.UsageException {
        Optional<String> file = arguments.value("--admin-password-file");
        if (file.isEmpty()) return Optional.empty();
        try {
            return Optional.of(Commands.firstLine(Path.of(file.get())));
        } catch (IOException unreadable) {
            throw new Arguments.UsageException(
                    "The password file %s cannot be read.".formatted(file.get()));
        }
    }

    private static void announce(Appliance appliance, Arguments arguments) {
        Optional<String> password = appliance.firstPassword();
        if (arguments.has("--json")) {
            ObjectNode line =
                    JSON.createObjectNode()
                            .put("address", appliance.address())
                            .put("home", arguments.home().toString())
                            .put("pid", ProcessHandle.current().pid())
                            .put("state", appliance.modelState())
                            .put("sentence", appliance.modelSentence());
            password.ifPresent(secret ->
                    line.putObject("administrator")
                            .put("name", Appliance.FIRST_ADMINISTRATOR)
                            .put("password", secret));
            System.out.println(line);
        } else {
            password.ifPresent(secret ->
                    System.out.println(
                            "First administrator: %s, password (shown once): %s"
                                    .formatted(Appliance.FIRST_ADMINISTRATOR, secret)));
            if (!appliance.modelState().equals("ready"))
                System.out.println("No model answers yet: " + appliance.modelSentence());
            System.out.println("Redoubt answers at " + appliance.address());
        }
        System.out.flush();
    }
}
