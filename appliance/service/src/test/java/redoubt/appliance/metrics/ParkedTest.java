package redoubt.appliance.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ParkedTest {
    @Test
    void is_told_for_each_model_until_its_engine_has_ended() {
        Metrics metrics = new Metrics();
        metrics.parked.is("first", 4096);
        metrics.parked.is("a \"second\"", 7);
        metrics.parked.is("first", 8192);
        String text = metrics.text();
        assertTrue(text.contains("redoubt_parked_bytes{model=\"first\"} 8192\n"), text);
        assertTrue(text.contains("redoubt_parked_bytes{model=\"a \\\"second\\\"\"} 7\n"), text);
        metrics.parked.gone("first");
        assertFalse(metrics.text().contains("model=\"first\""), metrics.text());
    }
}
