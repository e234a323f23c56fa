// Responses with OpenAI's client for Node: prints one JSON object of what it saw.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.REDOUBT_URL + "/v1", apiKey: process.env.REDOUBT_KEY, maxRetries: 0 });
const asked = { model: "default", max_output_tokens: 8, seed: 5, input: "Hello", instructions: "Be brief." };
const seen = {};
const whole = await client.responses.create(asked);
seen.whole = whole.output_text;
seen.tokens = whole.usage.output_tokens;
seen.seal = whole.redoubt.seal;
seen.streamed = "";
for await (const event of await client.responses.create({ ...asked, stream: true })) {
    if (event.type === "response.output_text.delta") seen.streamed += event.delta;
    if (event.type === "response.completed" || event.type === "response.incomplete") {
        seen.last = event.response.id;
        seen.lastText = event.response.output[0].content[0].text;
    }
}
await client.responses.stream(asked).finalResponse();
const next = await client.responses.create({ ...asked, input: "And then?", previous_response_id: whole.id });
seen.previous = next.previous_response_id === whole.id;
seen.retrieved = (await client.responses.retrieve(whole.id)).output[0].content[0].text;
await client.responses.delete(whole.id);
try {
    await client.responses.retrieve(whole.id);
} catch (error) {
    seen.refused = { kind: error.constructor.name, status: error.status, code: error.code };
}
console.log(JSON.stringify(seen));
