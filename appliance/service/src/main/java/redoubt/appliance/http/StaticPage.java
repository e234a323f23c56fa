package redoubt.appliance.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.site.Secrets;

/// The page's files, out of this module's own resources under `web/`: whole in memory, found by
/// their exact name only, so no path can lead elsewhere. Thread safe.
final class StaticPage {
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "svg", "image/svg+xml",
                    "woff2", "font/woff2",
                    "txt", "text/plain; charset=utf-8",
                    "json", "application/json; charset=utf-8");

    private static final int PATH_CHARACTERS_MAX = 200;

    // Only what exists: a memory of what was asked for in vain would grow with every question.
    private final Map<String, Resource> found = new ConcurrentHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // sent, never compared
    record Resource(byte[] bytes, String type, String tag) {}

    void handle(ServerRequest request, ServerResponse response) {
        String path = request.path().path();
        if (path.equals("/")) path = "/index.html";
        Resource page = resource(path);
        if (page == null) {
            response.next();
            return;
        }
        response.header("ETag", page.tag());
        response.header("Cache-Control", "no-cache");
        boolean same =
                request.headers()
                        .first(HeaderNames.IF_NONE_MATCH)
                        .map(tag -> tag.equals(page.tag()))
                        .orElse(false);
        if (same) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header("Content-Type", page.type());
        response.send(page.bytes());
    }

    @Nullable Resource resource(String path) {
        // Bounded first: the expression would recurse once for each part of the path.
        if (path.length() > PATH_CHARACTERS_MAX
                || !path.matches(
                        "(/[a-z0-9][a-zA-Z0-9_-]*)*/[a-zA-Z0-9][a-zA-Z0-9_-]*\\.[a-z0-9]+"))
            return null;
        Resource known = found.get(path);
        if (known != null) return known;
        Optional<Resource> loaded = load(path);
        loaded.ifPresent(resource -> found.put(path, resource));
        return loaded.orElse(null);
    }

    int remembered() {
        return found.size();
    }

    private static Optional<Resource> load(String path) {
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null) return Optional.empty();
        try (InputStream in = StaticPage.class.getModule().getResourceAsStream("web" + path)) {
            if (in == null) return Optional.empty();
            byte[] bytes = in.readAllBytes();
            String tag = HexFormat.of().formatHex(Secrets.sha256(bytes), 0, 16);
            return Optional.of(new Resource(bytes, type, "\"" + tag + "\""));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
