package redoubt.appliance.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/// The folder in which a site lives, and its layout. `layout.json` states the version; a home that
/// a newer Redoubt wrote is refused before anything in it is touched.
public final class Home {
    /// The layout that this build reads and writes.
    public static final int LAYOUT = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final boolean fresh;

    private Home(Path root, boolean fresh) {
        this.root = root;
        this.fresh = fresh;
    }

    /// Opens the home, or lays out a new one in an empty or missing folder.
    public static Home open(Path root) throws SiteException {
        Path layout = root.resolve("layout.json");
        try {
            if (Files.exists(layout)) {
                checkVersion(layout);
                return new Home(root, false);
            }
            refuseForeignFolder(root);
            Durable.folder(root);
            return new Home(root, true).withFolders();
        } catch (IOException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "The home folder %s cannot be used: %s. Nothing was changed. Check that the folder is writable and that its disk has space."
                            .formatted(root, reason(failure)),
                    failure);
        }
    }

    private static void checkVersion(Path layout) throws IOException, SiteException {
        JsonNode stated;
        try {
            stated = JSON.readTree(Files.readAllBytes(layout));
        } catch (JsonProcessingException unreadable) {
            throw new SiteException(
                    SiteException.SITE,
                    "%s is not readable JSON, so this folder's layout is unknown. Nothing was changed. Restore the file from a backup of this home."
                            .formatted(layout),
                    unreadable);
        }
        int version = stated.path("version").asInt(0);
        if (version > LAYOUT) {
            throw new SiteException(
                    SiteException.SITE,
                    "The home folder %s has layout version %d, which a newer Redoubt wrote; this one knows version %d. Nothing was changed. Start the newer Redoubt, or give another --home."
                            .formatted(layout.getParent(), version, LAYOUT));
        }
        if (version != LAYOUT) {
            throw new SiteException(
                    SiteException.SITE,
                    "%s does not state a layout version that Redoubt ever wrote. Nothing was changed. Restore it from a backup of this home."
                            .formatted(layout));
        }
    }

    private static void refuseForeignFolder(Path root) throws IOException, SiteException {
        if (!Files.isDirectory(root)) return;
        try (var entries = Files.list(root)) {
            // A launcher may have made run/ for its log before there is a home, and a site may
            // bring profiles/ that were measured on this host before.
            var others =
                    entries.map(entry -> String.valueOf(entry.getFileName()))
                            .filter(name -> !Set.of("run", "profiles", "lost+found").contains(name))
                            .sorted()
                            .toList();
            if (!others.isEmpty() && !others.equals(java.util.List.of(HomeLock.NAME))) {
                if (Installation.unfinished(root)) return;
                throw new SiteException(
                        SiteException.SITE,
                        "%s is not a Redoubt home (it has no layout.json) and is not empty. Nothing was changed. Give an empty or a new folder as --home."
                                .formatted(root));
            }
        }
    }

    private Home withFolders() throws IOException {
        for (String name :
                new String[] {
                    "record",
                    "content",
                    "db",
                    "models",
                    "keys",
                    "trust",
                    "tls",
                    "run",
                    "profiles",
                    "parked"
                }) Durable.folder(root.resolve(name));
        return this;
    }

    /// Whether this start has to install the site: [#installed] was never reached before.
    public boolean fresh() {
        return fresh;
    }

    /// Writes `layout.json`, the last act of an installation.
    public void installed(Instant at) throws IOException {
        Durable.write(
                root.resolve("layout.json"),
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(
                                JSON.createObjectNode()
                                        .put("version", LAYOUT)
                                        .put("installedAt", at.toString())));
    }

    public Path root() {
        return root;
    }

    public Path record() {
        return root.resolve("record");
    }

    public Path content() {
        return root.resolve("content");
    }

    public Path database() {
        return root.resolve("db").resolve("redoubt");
    }

    /// The index of the record, which can be thrown away.
    public Path recordIndex() {
        return root.resolve("db").resolve("record-index");
    }

    /// GGUF files that the site has put here, and what was decided about them.
    public Path models() {
        return root.resolve("models");
    }

    public Path keys() {
        return root.resolve("keys");
    }

    public Path trust() {
        return root.resolve("trust");
    }

    public Path tls() {
        return root.resolve("tls");
    }

    public Path run() {
        return root.resolve("run");
    }

    /// How long content is kept; none where it is kept for ever.
    public Path retention() {
        return root.resolve("retention.txt");
    }

    public Path parked() {
        return root.resolve("parked");
    }

    public Path profiles() {
        return root.resolve("profiles");
    }

    static String reason(IOException failure) {
        String message = failure.getMessage();
        return failure.getClass().getSimpleName().replace("Exception", "")
                + (message == null ? "" : " (" + message + ")");
    }
}
