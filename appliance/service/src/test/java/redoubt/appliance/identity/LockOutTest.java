package redoubt.appliance.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The growing wait after wrong passwords, with a clock that the test sets.
class LockOutTest {
    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private final LockOut lockOut = new LockOut(() -> now);

    private void attempts(int count, String name, String address) {
        for (int i = 0; i < count; i++) lockOut.attempt(name, address);
    }

    @Test
    void lets_a_few_mistakes_pass() {
        attempts(4, "ada", "10.0.0.1");
        assertEquals(Duration.ZERO, lockOut.wait("ada", "10.0.0.1"));
    }

    @Test
    void grows_with_each_further_attempt_and_has_a_longest() {
        attempts(5, "ada", "10.0.0.1");
        Duration first = lockOut.wait("ada", "10.0.0.1");
        attempts(1, "ada", "10.0.0.1");
        assertEquals(first.multipliedBy(2), lockOut.wait("ada", "10.0.0.1"));
        attempts(20, "ada", "10.0.0.1");
        assertEquals(Duration.ofMinutes(15), lockOut.wait("ada", "10.0.0.1"));
    }

    @Test
    void holds_for_the_name_from_any_address_and_in_any_case() {
        attempts(5, "Ada", "10.0.0.1");
        assertTrue(lockOut.wait("ADA", "10.0.0.2").isPositive());
        assertEquals(Duration.ZERO, lockOut.wait("bob", "10.0.0.1"));
    }

    @Test
    void holds_for_an_address_that_tries_many_names() {
        for (int i = 0; i < 30; i++) lockOut.attempt("name " + i, "10.0.0.9");
        assertTrue(lockOut.wait("fresh", "10.0.0.9").isPositive());
    }

    @Test
    void ends_when_its_time_is_over() {
        attempts(5, "ada", "10.0.0.1");
        now = now.plus(lockOut.wait("ada", "10.0.0.1"));
        assertEquals(Duration.ZERO, lockOut.wait("ada", "10.0.0.1"));
    }

    @Test
    void is_forgotten_by_the_right_password() {
        attempts(4, "ada", "10.0.0.1");
        lockOut.success("ada", "10.0.0.1");
        attempts(4, "ada", "10.0.0.1");
        assertEquals(Duration.ZERO, lockOut.wait("ada", "10.0.0.1"));
    }

    @Test
    void holds_for_every_spelling_that_the_database_takes_for_the_name() {
        attempts(5, "administrator", "10.0.0.1");
        for (String spelling : new String[] {"adminiſtrator", "admınıstrator", "ADMİNİSTRATOR"})
            assertTrue(lockOut.wait(spelling, "10.0.0.2").isPositive(), spelling);
    }

    @Test
    void admits_no_more_at_once_than_one_after_the_other() throws Exception {
        AtomicInteger admitted = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++)
                threads.submit(() -> {
                    if (lockOut.admit("ada", "10.0.0.1").isZero()) admitted.incrementAndGet();
                });
        }
        assertEquals(5, admitted.get());
    }
}
