package redoubt.appliance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import redoubt.appliance.http.Route;
import redoubt.appliance.identity.Permission;
import redoubt.appliance.identity.Role;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Bytes;

/// The table of routes, permissions and roles as one text, whose hash is in every entry of the
/// record: with it an auditor sees under which rules something was allowed.
public final class Policy {
    private Policy() {}

    public static String text() {
        return Arrays.stream(Route.values())
                .map(route ->
                        "%s %s: %s\n"
                                .formatted(route.method(), route.path(), roles(route.permission())))
                .sorted()
                .collect(Collectors.joining());
    }

    private static String roles(@org.jspecify.annotations.Nullable Permission permission) {
        return permission == null
                ? "anybody"
                : permission.name()
                        + " "
                        + permission.roles().stream()
                                .map(Role::word)
                                .sorted()
                                .collect(Collectors.joining(", "));
    }

    public static Bytes sha256() {
        return Bytes.of(Secrets.sha256(text().getBytes(StandardCharsets.UTF_8)));
    }
}
