// Anthropic's client for Node against the appliance: prints one JSON object of what it saw.
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: process.env.REDOUBT_URL, apiKey: process.env.REDOUBT_KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "Hello" }];
const asked = { model: "default", max_tokens: 8, messages, seed: 5 };
const seen = {};
const whole = await client.messages.create(asked);
seen.whole = whole.content[0].text;
seen.tokens = whole.usage.output_tokens;
seen.stop = whole.stop_reason;
seen.seal = whole.redoubt.seal;
const told = await client.messages.stream(asked).finalMessage();
seen.streamed = told.content[0].text;
seen.streamedTokens = told.usage.output_tokens;
for await (const event of await client.messages.create({ ...asked, stream: true }))
    if (event.type === "message_delta") seen.streamedSeal = event.redoubt.seal;
seen.count = (await client.messages.countTokens({ model: "default", messages })).input_tokens;
seen.inputs = whole.usage.input_tokens + whole.usage.cache_read_input_tokens;
try {
    await client.messages.create({ ...asked, container: "x" });
} catch (error) {
    seen.refused = { kind: error.constructor.name, status: error.status };
}
try {
    await client.messages.create({ ...asked, model: "nothing" });
} catch (error) {
    seen.missing = error.constructor.name;
}
console.log(JSON.stringify(seen));
