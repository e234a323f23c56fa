package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

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

    @Test
    void demands_a_permission_for_each_route_that_is_not_open() {
        for (Route route : Route.values())
            assertEquals(OPEN.contains(route), route.permission() == null, route.name());
    }

    @Test
    void names_the_entries_of_each_route_or_the_reason_why_it_makes_none() {
        for (Route route : Route.values())
            assertEquals(route.entries().isEmpty(), !route.whyNoEntries().isBlank(), route.name());
    }

    @Test
    void never_says_of_one_that_changes_something_that_it_only_reads() {
        for (Route route : Route.values())
            if (route.unsafe())
                assertNotEquals(Route.HEALTH.whyNoEntries(), route.whyNoEntries(), route.name());
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
