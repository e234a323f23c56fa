package redoubt.appliance;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import redoubt.appliance.cli.Commands;
import redoubt.appliance.cli.RecordCommands;
import redoubt.appliance.cli.Serve;

/// The appliance's command line: `serve` is the service itself, everything else speaks to it.
public final class Main {
    // Held, because the logging of the JDK forgets the level of a logger that nobody holds.
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        Locale.setDefault(Locale.ROOT);
        if (arguments.length == 0) {
            System.err.println(
                    "redoubt: Say what to do: serve, status, stop, models, record, replay, key, person, backup, restore, retention, hold or seal. --help explains each.");
            System.exit(2);
        }
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) ->
                System.err.println(
                        "The thread %s failed: %s".formatted(thread.getName(), Trace.of(failure))));
        // Our own sentences are the log. What the web server warns of is what clients do, and
        // whoever
        // reaches the port could fill the disk with that.
        HELIDON.setLevel(Level.SEVERE);
        List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
        int status =
                switch (arguments[0]) {
                    case "serve" -> Serve.run(rest);
                    case "record" -> RecordCommands.run(rest);
                    default -> Commands.run(arguments[0], rest);
                };
        System.exit(status);
    }
}
