package redoubt.appliance.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/// The page's files, as somebody asks for them who wants something else.
class StaticPageTest {
    private final StaticPage page = new StaticPage();

    @Test
    void are_found_by_their_names() {
        assertNotNull(page.resource("/index.html"));
    }

    @Test
    void do_not_grow_with_what_is_asked_for_in_vain() {
        for (int i = 0; i < 1000; i++) assertNull(page.resource("/no" + i + ".js"));
        page.resource("/index.html");
        assertEquals(1, page.remembered());
    }

    @Test
    void are_not_looked_for_under_a_path_without_end() {
        assertNull(page.resource("/a".repeat(8000) + "/b.js"));
    }

    @Test
    void lead_nowhere_else() {
        for (String path :
                new String[] {
                    "/../module-info.class", "/a/../index.html", "//index.html", "/.x.js"
                }) assertNull(page.resource(path), path);
    }
}
