package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// `redoubt models`: what there is, what it holds, and what is to be loaded.
final class ModelCommands {
    static final Set<String> WITH_VALUE =
            Set.of("--within", "--load-on-demand", "--make-room", "--memory-mib", "--draft");
    static final Set<String> SWITCHES = Set.of("--again", "--no-wait", "--no-draft");
    static final String USAGE =
            """
            redoubt models list | load ID [--draft OTHER | --no-draft] [--again] [--no-wait] | unload ID [--within SECONDS] | pin ID | unpin ID | idle ID MINUTES
            redoubt models adapters ID | adapter-load ID NAME | adapter-unload ID NAME
            redoubt models settings [--load-on-demand yes|no] [--make-room yes|no] [--memory-mib N]
            """;

    private static final long LOOK_MS = 300;
    private static final Set<String> ON_THE_WAY = Set.of("loading", "unloading");

    private ModelCommands() {}

    static int run(Arguments arguments)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Output output = new Output(arguments);
        String act =
                arguments.word(
                        0, "What to do (list, load, unload, pin, unpin, idle, adapters, settings)");
        try (ConsoleClient console = ConsoleClient.open(arguments.home())) {
            return switch (act) {
                case "list" -> list(console, output);
                case "settings" -> settings(console, arguments, output);
                case "load" -> load(console, arguments, output);
                case "unload" -> {
                    Map<String, Object> body = new TreeMap<>();
                    Optional<Integer> within = number(arguments.value("--within"), "--within");
                    within.ifPresent(seconds -> body.put("withinSeconds", seconds));
                    console.call("POST", path(arguments) + "/unload", body);
                    yield outcome(console, arguments, output, "unloaded");
                }
                case "pin" -> change(console, arguments, output, Map.of("pinned", true));
                case "unpin" -> change(console, arguments, output, Map.of("pinned", false));
                case "adapters" -> {
                    JsonNode model = model(console, id(arguments));
                    output.table(
                            model.path("adapters"),
                            model.path("adapters"),
                            "name",
                            "state",
                            "sha256",
                            "note");
                    yield 0;
                }
                case "adapter-load", "adapter-unload" -> {
                    String name = name(arguments.word(2, "The adapter's name"));
                    String what = act.substring("adapter-".length());
                    JsonNode done =
                            console.call(
                                    "POST",
                                    path(arguments) + "/adapters/" + name + "/" + what,
                                    Map.of());
                    output.result(done, "The adapter %s is %sed.".formatted(name, what));
                    yield 0;
                }
                case "idle" -> {
                    int minutes =
                            number(Optional.of(arguments.word(2, "The minutes")), "The minutes")
                                    .orElseThrow();
                    yield change(console, arguments, output, Map.of("idleMinutes", minutes));
                }
                default -> throw new Arguments.UsageException("There is no `models " + act + "`.");
            };
        }
    }

    private static int list(ConsoleClient console, Output output)
            throws ConsoleClient.FailedException, InterruptedException {
        JsonNode plan = console.call("GET", "/api/models/plan", null);
        output.table(
                plan,
                plan.path("models"),
                "id",
                "state",
                "standard",
                "pinned",
                "idleMinutes",
                "draft",
                "answering",
                "verdict");
        return 0;
    }

    private static int settings(ConsoleClient console, Arguments arguments, Output output)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Map<String, Object> wanted = new TreeMap<>();
        Optional<String> onDemand = arguments.value("--load-on-demand");
        if (onDemand.isPresent())
            wanted.put("loadOnDemand", yes(onDemand.get(), "--load-on-demand"));
        Optional<String> makeRoom = arguments.value("--make-room");
        if (makeRoom.isPresent()) wanted.put("makeRoom", yes(makeRoom.get(), "--make-room"));
        number(arguments.value("--memory-mib"), "--memory-mib")
                .ifPresent(mib -> wanted.put("memoryMib", mib));
        JsonNode plan =
                wanted.isEmpty()
                        ? console.call("GET", "/api/models/plan", null)
                        : console.call("PATCH", "/api/models", wanted);
        JsonNode settings = plan.path("settings");
        output.result(
                settings,
                "load on demand: %s, make room: %s, memory for all models: %s"
                        .formatted(
                                word(settings.path("loadOnDemand")),
                                word(settings.path("makeRoom")),
                                settings.path("memoryMib").asInt() == 0
                                        ? "what the host has"
                                        : settings.path("memoryMib").asInt() + " MiB"));
        return 0;
    }

    private static int load(ConsoleClient console, Arguments arguments, Output output)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        Map<String, Object> body = new TreeMap<>();
        body.put("again", arguments.has("--again"));
        Optional<String> draft = arguments.value("--draft");
        if (draft.isPresent() && arguments.has("--no-draft"))
            throw new Arguments.UsageException("--draft and --no-draft say the opposite.");
        if (draft.isPresent()) body.put("draft", name(draft.get()));
        if (arguments.has("--no-draft")) body.put("draft", "");
        JsonNode begun = console.call("POST", path(arguments) + "/load", body);
        if (arguments.has("--no-wait")) {
            output.result(begun, begun.path("note").asText());
            return 0;
        }
        return outcome(console, arguments, output, "ready");
    }

    /// Waits for the end of what was begun.
    private static int outcome(
            ConsoleClient console, Arguments arguments, Output output, String wanted)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        String id = id(arguments);
        while (true) {
            JsonNode model = model(console, id);
            String state = model.path("state").asText();
            if (!ON_THE_WAY.contains(state)) {
                output.result(model, model.path("note").asText());
                return state.equals(wanted) ? 0 : 1;
            }
            Thread.sleep(LOOK_MS);
        }
    }

    private static JsonNode model(ConsoleClient console, String id)
            throws ConsoleClient.FailedException, InterruptedException {
        for (JsonNode model : console.call("GET", "/api/models/plan", null).path("models")) {
            boolean it =
                    model.path("id").asText().equals(id)
                            || (id.equals("default") && model.path("standard").asBoolean());
            if (it) return model;
        }
        throw new ConsoleClient.FailedException("There is no model %s here.".formatted(id));
    }

    private static int change(
            ConsoleClient console, Arguments arguments, Output output, Map<String, Object> change)
            throws Arguments.UsageException, ConsoleClient.FailedException, InterruptedException {
        JsonNode model = console.call("PATCH", path(arguments), change);
        output.result(model, "%s: %s".formatted(model.path("id").asText(), stays(model)));
        return 0;
    }

    private static String stays(JsonNode model) {
        int minutes = model.path("idleMinutes").asInt();
        if (model.path("pinned").asBoolean())
            return "pinned, so it stays until an administrator unloads it";
        return minutes == 0
                ? "not pinned; it stays until its memory is needed"
                : "not pinned; unloaded after %d minutes without a request".formatted(minutes);
    }

    private static String path(Arguments arguments) throws Arguments.UsageException {
        return "/api/models/" + id(arguments);
    }

    private static String id(Arguments arguments) throws Arguments.UsageException {
        return name(arguments.word(1, "The model's identifier"));
    }

    private static String name(String id) throws Arguments.UsageException {
        if (!id.matches("[a-z0-9._-]{1,200}"))
            throw new Arguments.UsageException(
                    "An identifier has small letters, digits, dots, hyphens and underscores; `models list` shows it.");
        return id;
    }

    private static Optional<Integer> number(Optional<String> given, String what)
            throws Arguments.UsageException {
        if (given.isPresent() && !given.get().matches("[0-9]{1,8}"))
            throw new Arguments.UsageException(what + " must be a whole number.");
        return given.map(Integer::parseInt);
    }

    private static boolean yes(String word, String option) throws Arguments.UsageException {
        return switch (word) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new Arguments.UsageException(option + " is yes or no.");
        };
    }

    private static String word(JsonNode flag) {
        return flag.asBoolean() ? "yes" : "no";
    }
}
