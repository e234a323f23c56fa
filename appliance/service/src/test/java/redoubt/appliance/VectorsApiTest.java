package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redoubt.fixtures.TinyEmbedder;
import redoubt.fixtures.TinyEmbedder.Pooling;

/// Two appliances: one with a model that embeds, one with a model that scores.
class VectorsApiTest {
    private static RunningAppliance embedder;
    private static RunningAppliance reranker;

    @BeforeAll
    static void start() throws Exception {
        embedder = with(Pooling.MEAN);
        reranker = with(Pooling.RANK);
    }

    private static RunningAppliance with(Pooling pooling) throws Exception {
        Path model = Files.createTempDirectory("model").resolve("vectors.gguf");
        return RunningAppliance.start(
                RunningAppliance.temporaryHome(), TinyEmbedder.write(model, pooling, 128, 3));
    }

    @AfterAll
    static void end() {
        if (embedder != null) embedder.close();
        if (reranker != null) reranker.close();
    }

    private static HttpResponse<String> embed(String fields) {
        return embedder.keySend("POST", "/v1/embeddings", "{\"model\":\"default\"," + fields + "}");
    }

    private static HttpResponse<String> rerank(String fields) {
        return reranker.keySend("POST", "/v1/rerank", "{\"model\":\"default\"," + fields + "}");
    }

    private static void wrong(HttpResponse<String> response, String code, String param) {
        assertEquals(400, response.statusCode(), response.body());
        assertEquals(code, code(response), response.body());
        assertEquals(param, json(response).at("/error/param").asText(), response.body());
    }

    @Nested
    class Embeddings {
        @Test
        void come_in_openais_shape_with_the_entry_of_the_record() {
            JsonNode made = ok(embed("\"input\":[\"one\",\"and two\"]"));
            assertEquals("list", made.path("object").asText());
            assertEquals("vectors", made.path("model").asText());
            assertEquals(2, made.path("data").size());
            assertEquals(1, made.at("/data/1/index").asInt());
            assertEquals("embedding", made.at("/data/1/object").asText());
            assertEquals(TinyEmbedder.WIDTH, made.at("/data/1/embedding").size());
            assertEquals(5 + 8, made.at("/usage/prompt_tokens").asInt());
            assertEquals(5 + 8, made.at("/usage/total_tokens").asInt());
            assertTrue(made.at("/redoubt/entry").asLong() > 0);
        }

        @Test
        void come_as_bytes_with_the_same_numbers() {
            JsonNode numbers = ok(embed("\"input\":\"same\"")).at("/data/0/embedding");
            String coded =
                    ok(embed("\"input\":\"same\",\"encoding_format\":\"base64\""))
                            .at("/data/0/embedding")
                            .asText();
            var bytes =
                    ByteBuffer.wrap(Base64.getDecoder().decode(coded))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer();
            assertEquals(TinyEmbedder.WIDTH, bytes.remaining());
            for (int index = 0; index < TinyEmbedder.WIDTH; index++)
                assertEquals((float) numbers.get(index).asDouble(), bytes.get(index));
        }

        @Test
        void of_tokens_are_those_of_their_text() {
            JsonNode tokens =
                    ok(embedder.keySend(
                                    "POST",
                                    "/v1/tokenize",
                                    "{\"model\":\"default\",\"content\":\"abc\",\"add_special\":true}"))
                            .path("tokens");
            JsonNode text = ok(embed("\"input\":\"abc\"")).at("/data/0/embedding");
            assertEquals(text, ok(embed("\"input\":" + tokens)).at("/data/0/embedding"));
            assertEquals(text, ok(embed("\"input\":[" + tokens + "]")).at("/data/0/embedding"));
        }

        @Test
        void can_be_shown_to_be_those_that_the_entry_speaks_of() throws Exception {
            JsonNode made = ok(embed("\"input\":\"shown\""));
            byte[] key = HexFormat.of().parseHex(made.at("/redoubt/commitment_key").asText());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] domain = "redoubt/input/v1\0".getBytes(StandardCharsets.US_ASCII);
            mac.update(domain);
            byte[] commitment = mac.doFinal("\"shown\"".getBytes(StandardCharsets.UTF_8));
            byte[] segment =
                    Files.readAllBytes(
                            Files.list(embedder.home().resolve("record"))
                                    .filter(file -> file.toString().endsWith(".seg"))
                                    .sorted()
                                    .reduce((_, last) -> last)
                                    .orElseThrow());
            assertTrue(
                    new String(segment, StandardCharsets.ISO_8859_1)
                            .contains(new String(commitment, StandardCharsets.ISO_8859_1)));
        }

        @Test
        void are_cut_only_when_that_was_asked_for() {
            String longest = "\"" + "x".repeat(200) + "\"";
            wrong(embed("\"input\":[\"a\"," + longest + "]"), "input_too_long", "input");
            JsonNode cut = ok(embed("\"input\":[\"a\"," + longest + "],\"truncate\":true"));
            assertEquals("[1]", cut.at("/redoubt/truncated").toString());
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        "input":[]                                    | input
                        "input":5                                     | input
                        "input":[[]]                                  | input
                        "input":[1,"a"]                               | input[1]
                        "input":["a",1]                               | input[1]
                        "input":[1.5]                                 | input[0]
                        "input":[100000]                              | input
                        "input":[-1]                                  | input
                        "input":""                                    | input
                        "input":"a","encoding_format":"int8"          | encoding_format
                        "input":"a","dimensions":32                   | dimensions
                        "input":"a","dimensions":0                    | dimensions
                        "input":"a","pooling":"cls"                   | pooling
                        "query":"a"                                   | input
                        """)
        void that_cannot_be_made_are_refused_by_name(String fields, String param) {
            HttpResponse<String> response = embed(fields);
            assertEquals(400, response.statusCode(), response.body());
            assertEquals(param, json(response).at("/error/param").asText(), response.body());
        }

        @Test
        void of_the_models_own_length_may_be_asked_for() {
            ok(embed("\"input\":\"a\",\"user\":\"u\",\"dimensions\":" + TinyEmbedder.WIDTH));
        }
    }

    @Nested
    class Scores {
        private static final String THREE = "\"query\":\"q\",\"documents\":[\"a\",\"bb\",\"ccc\"]";

        @Test
        void come_best_first() {
            JsonNode results = ok(rerank(THREE)).path("results");
            assertEquals(3, results.size());
            for (int index = 1; index < 3; index++)
                assertTrue(
                        results.get(index - 1).path("relevance_score").asDouble()
                                >= results.get(index).path("relevance_score").asDouble());
            assertTrue(results.get(0).path("document").isMissingNode());
        }

        @Test
        void may_be_the_best_few_with_their_documents() {
            JsonNode all = ok(rerank(THREE)).path("results");
            JsonNode best =
                    ok(rerank(THREE + ",\"top_n\":1,\"return_documents\":true")).path("results");
            assertEquals(1, best.size());
            assertEquals(all.at("/0/index"), best.at("/0/index"));
            int index = best.at("/0/index").asInt();
            assertEquals(
                    "abc".substring(index, index + 1).repeat(index + 1),
                    best.at("/0/document/text").asText());
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        "query":"q"                                | documents
                        "query":"q","documents":[]                 | documents
                        "query":"q","documents":"a"                | documents
                        "query":"q","documents":[1]                | documents[0]
                        "query":"q","documents":[{"title":"a"}]    | text
                        "query":"q","documents":["a"],"top_n":0    | top_n
                        "documents":["a"]                          | query
                        """)
        void that_cannot_be_made_are_refused_by_name(String fields, String param) {
            HttpResponse<String> response = rerank(fields);
            assertEquals(400, response.statusCode(), response.body());
            assertTrue(json(response).at("/error/param").asText().contains(param), response.body());
        }
    }

    @Test
    void a_model_does_only_what_it_is_for() {
        String embedding = "{\"model\":\"default\",\"input\":\"a\"}";
        wrong(reranker.keySend("POST", "/v1/embeddings", embedding), "wrong_purpose", "model");
        wrong(
                RunningAppliance.shared().keySend("POST", "/v1/embeddings", embedding),
                "wrong_purpose",
                "model");
        HttpResponse<String> chat =
                embedder.keySend(
                        "POST",
                        "/v1/chat/completions",
                        "{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
        assertEquals(400, chat.statusCode(), chat.body());
        assertTrue(chat.body().contains("cannot generate"), chat.body());
    }

    @Test
    void the_official_python_client_works_unchanged() throws Exception {
        Path clients =
                Path.of(System.getProperty("redoubt.root"), "appliance/service/src/test/clients");
        Path out = Files.createTempFile("clients", "");
        Path err = Files.createTempFile("clients", "");
        Process preparing =
                new ProcessBuilder(clients.resolve("prepare").toString())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        assumeTrue(
                preparing.waitFor(5, TimeUnit.MINUTES) && preparing.exitValue() == 0,
                "the OpenAI clients could not be fetched: " + Files.readString(err));
        Path venv = Path.of(Files.readString(out).strip());
        ProcessBuilder builder =
                new ProcessBuilder(
                        venv.resolve("venv/bin/python").toString(),
                        clients.resolve("embeddings.py").toString());
        builder.environment().put("REDOUBT_URL", embedder.url());
        builder.environment().put("REDOUBT_KEY", embedder.staffKey());
        builder.environment()
                .put("SSL_CERT_FILE", embedder.home().resolve("tls/ca.pem").toString());
        Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertTrue(process.waitFor(15, TimeUnit.MINUTES), "the client does not end");
        assertEquals(0, process.exitValue(), Files.readString(out));
        JsonNode seen = RunningAppliance.JSON.readTree(Files.readString(out));
        assertEquals(2, seen.path("count").asInt());
        assertEquals(TinyEmbedder.WIDTH, seen.path("numbers").asInt());
        assertEquals(1, seen.path("length").asDouble(), 1e-4);
        assertTrue(seen.path("same").asBoolean());
        assertEquals("BadRequestError", seen.at("/refused/kind").asText());
        assertEquals("dimensions", seen.at("/refused/param").asText());
    }
}
