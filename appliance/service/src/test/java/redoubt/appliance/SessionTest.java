package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Signing in, and what a browser can be made to do.
class SessionTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static HttpResponse<String> signIn(String name, String password) {
        return appliance.send(
                "POST",
                "/api/session",
                "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password));
    }

    private static String cookie(HttpResponse<String> signedIn) {
        return signedIn.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    @Nested
    class The_right_password {
        @Test
        void opens_a_session_with_a_cookie_that_scripts_and_other_sites_do_not_get() {
            HttpResponse<String> response = signIn("admin", RunningAppliance.PASSWORD);
            assertEquals("admin", ok(response).at("/person/name").asText());
            String set = response.headers().firstValue("Set-Cookie").orElseThrow();
            for (String demand :
                    new String[] {
                        "__Host-redoubt=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"
                    }) assertTrue(set.contains(demand), set);
            JsonNode session =
                    ok(appliance.send("GET", "/api/session", null, "Cookie", cookie(response)));
            assertEquals(ok(response), session);
        }

        @Test
        void ends_with_the_session() {
            HttpResponse<String> response = signIn("admin", RunningAppliance.PASSWORD);
            String csrf = json(response).path("csrf").asText();
            assertEquals(
                    204,
                    appliance
                            .send(
                                    "DELETE",
                                    "/api/session",
                                    null,
                                    "Cookie",
                                    cookie(response),
                                    "X-Redoubt-CSRF",
                                    csrf)
                            .statusCode());
            assertEquals(
                    "session_ended",
                    code(appliance.send("GET", "/api/session", null, "Cookie", cookie(response))));
        }
    }

    @Nested
    class A_wrong_password {
        @Test
        void many_times_makes_everybody_with_that_name_wait_and_says_how_long() {
            appliance.consoleSend(
                    "POST",
                    "/api/people",
                    "{\"name\":\"guessed\",\"password\":\"%s\",\"roles\":[\"staff\"]}"
                            .formatted(RunningAppliance.PASSWORD));
            for (int i = 0; i < 5; i++)
                assertEquals("wrong_credentials", code(signIn("guessed", "wrong " + i)));
            HttpResponse<String> locked = signIn("guessed", RunningAppliance.PASSWORD);
            assertEquals(429, locked.statusCode());
            assertEquals("too_many_attempts", code(locked));
            assertTrue(
                    Long.parseLong(locked.headers().firstValue("Retry-After").orElseThrow()) >= 1);
            assertTrue(json(locked).at("/error/message").asText().contains("seconds"));
        }

        @Test
        void and_a_name_that_does_not_exist_get_the_same_answer() {
            assertEquals(
                    signIn("nobody-here", "x".repeat(20)).body(),
                    signIn("admin", "x".repeat(20)).body());
            assertEquals(200, signIn("admin", RunningAppliance.PASSWORD).statusCode());
        }
    }

    @Nested
    class Another_site {
        @Test
        void cannot_use_the_cookie_without_the_token_of_the_page() {
            HttpResponse<String> session = signIn("admin", RunningAppliance.PASSWORD);
            HttpResponse<String> response =
                    appliance.send("POST", "/api/conversations", "{}", "Cookie", cookie(session));
            assertEquals(403, response.statusCode());
            assertEquals("csrf", code(response));
        }

        @Test
        void is_refused_by_its_origin() {
            HttpResponse<String> response =
                    appliance.send(
                            "POST", "/api/session", "{}", "Origin", "https://elsewhere.example");
            assertEquals("csrf", code(response));
        }

        @Test
        void is_refused_by_what_the_browser_says_of_it() {
            HttpResponse<String> response =
                    appliance.send("POST", "/api/session", "{}", "Sec-Fetch-Site", "cross-site");
            assertEquals("csrf", code(response));
        }
    }

    @Nested
    class A_role {
        @Test
        void that_may_not_is_refused_and_told_which_may() {
            HttpResponse<String> response = appliance.keySend("GET", "/api/people", null);
            assertEquals(403, response.statusCode());
            assertTrue(response.body().contains("administrator"));
        }
    }

    @Nested
    class Every_answer {
        @Test
        void forbids_everything_from_elsewhere() {
            for (String path : new String[] {"/health", "/nowhere", "/api/people"}) {
                var headers = appliance.send("GET", path, null).headers();
                assertTrue(
                        headers.firstValue("Content-Security-Policy")
                                .orElseThrow()
                                .startsWith("default-src 'none'"),
                        path);
                assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElseThrow());
            }
        }
    }

    @Nested
    class A_revoked_key {
        @Test
        void opens_nothing() {
            JsonNode made =
                    ok(
                            appliance.consoleSend(
                                    "POST", "/api/keys", "{\"name\":\"k\",\"role\":\"staff\"}"));
            String bearer = "Bearer " + made.path("secret").asText();
            assertEquals(
                    200,
                    appliance
                            .send("GET", "/v1/models", null, "Authorization", bearer)
                            .statusCode());
            appliance.consoleSend("DELETE", "/api/keys/" + made.path("id").asText(), null);
            assertEquals(
                    401,
                    appliance
                            .send("GET", "/v1/models", null, "Authorization", bearer)
                            .statusCode());
        }
    }
}
