// The official client for Node against the appliance: prints one JSON object of what it saw.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.REDOUBT_URL + "/v1", apiKey: process.env.REDOUBT_KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "Hello" }];
const seen = {};

seen.models = (await client.models.list()).data.map((model) => model.id);
const model = seen.models[0];
const whole = await client.chat.completions.create({ model, messages, max_tokens: 8, seed: 5 });
seen.whole = whole.choices[0].message.content;
seen.tokens = whole.usage.completion_tokens;
seen.seal = whole.redoubt.seal;

seen.streamed = "";
for await (const chunk of await client.chat.completions.create({
    model, messages, max_tokens: 8, seed: 5, stream: true, stream_options: { include_usage: true },
})) {
    seen.streamed += chunk.choices[0]?.delta?.content ?? "";
    if (chunk.usage) seen.streamedTokens = chunk.usage.completion_tokens;
    if (chunk.redoubt) seen.streamedSeal = chunk.redoubt.seal;
}
seen.text = (await client.completions.create({ model, prompt: "Once", max_tokens: 4 })).choices[0].text;
try {
    await client.chat.completions.create({ model, messages, n: 9 });
} catch (error) {
    seen.refused = { kind: error.constructor.name, status: error.status, code: error.code, param: error.param };
}
console.log(JSON.stringify(seen));
