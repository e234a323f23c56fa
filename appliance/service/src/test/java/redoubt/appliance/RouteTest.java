package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import redoubt.appliance.http.Route;
import redoubt.appliance.identity.Permission;

/// The one table of routes.
class RouteTest {
    // They answer nobody in particular, or find out themselves who asks.
    private static final Set<Route> OPEN =
            EnumSet.of(Route.HEALTH, Route.SITE, Route.SIGN_IN, Route.SESSION, Route.SIGN_OUT);

    // They change nothing but a person's own list of conversations.
    private static final Set<Route> OWN_AFFAIR =
            EnumSet.of(Route.CONVERSATION_NEW, Route.CONVERSATION_RENAME);

    @Test
    void demands_a_permission_for_each_route_that_is_not_open() {
        for (Route route : Route.values())
            assertEquals(OPEN.contains(route), route.permission() == null, route.name());
    }

    @Test
    void names_the_entries_of_each_route_that_changes_something() {
        for (Route route : Route.values())
            if (route.unsafe() && !OWN_AFFAIR.contains(route))
                assertFalse(route.entries().isEmpty(), route.name());
    }

    @Test
    void has_each_method_and_path_once() {
        var seen = new HashSet<String>();
        for (Route route : Route.values()) seen.add(route.method() + " " + route.path());
        assertEquals(Route.values().length, seen.size());
    }

    @Test
    void uses_every_permission() {
        var used = EnumSet.noneOf(Permission.class);
        Arrays.stream(Route.values())
                .map(Route::permission)
                .filter(permission -> permission != null)
                .forEach(used::add);
        used.add(Permission.READ_ANY_OUTPUT);
        assertEquals(EnumSet.allOf(Permission.class), used);
    }
}
