package redoubt.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StreamedAnswerTest {
    private static final long SECOND = 1_000_000_000L;

    private static StreamedAnswer of(String... lines) throws IOException {
        StreamedAnswer answer = new StreamedAnswer();
        for (int i = 0; i < lines.length; i++) {
            answer.line(lines[i], i * SECOND);
        }
        return answer;
    }

    @Nested
    class A_whole_answer {
        private final StreamedAnswer answer =
                of(
                        "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":null}]}",
                        ": keep-alive",
                        "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}",
                        "",
                        "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"length\"}]}",
                        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5},\"redoubt\":{\"provenance_ms\":2.5}}",
                        "data: [DONE]");

        A_whole_answer() throws IOException {}

        @Test
        void is_timed_from_its_first_to_its_last_text() throws BenchException {
            assertEquals(4 / 2.0, answer.decodeRate(5));
        }

        @Test
        void tells_usage_and_what_provenance_cost() {
            assertEquals(7, answer.promptTokens());
            assertEquals(2.5, answer.provenanceMs().orElseThrow());
        }

        @Test
        void of_another_length_is_not_compared() {
            BenchException refused =
                    assertThrows(BenchException.class, () -> answer.decodeRate(128));
            assertTrue(String.valueOf(refused.getMessage()).contains("128"));
        }
    }

    @Test
    void an_error_in_the_stream_is_the_answer() throws IOException {
        StreamedAnswer answer =
                of("data: {\"error\":{\"code\":\"engine_died\",\"message\":\"It died.\"}}");
        BenchException refused = assertThrows(BenchException.class, () -> answer.check(1));
        assertEquals("The answer ended with an error: It died.", refused.getMessage());
    }

    @Test
    void llama_bench_is_read_by_its_json() throws IOException, BenchException {
        String output = "[{\"n_gen\":128,\"n_prompt\":0,\"avg_ts\":81.25}]";
        assertEquals(81.25, Peers.rate(output, 128));
        assertThrows(BenchException.class, () -> Peers.rate(output, 64));
    }
}
