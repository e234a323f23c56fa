// JSON schemas and chances of tokens with OpenAI's client for Node: prints one JSON object of what it saw.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.REDOUBT_URL + "/v1", apiKey: process.env.REDOUBT_KEY, maxRetries: 0 });
const asked = { model: "default", messages: [{ role: "user", content: "Weather?" }] };
const schema = {
    type: "object",
    properties: { weather: { type: "string", enum: ["sun", "rain"] }, cold: { type: "boolean" } },
    required: ["weather", "cold"],
    additionalProperties: false,
};
const seen = {};
const parsed = await client.chat.completions.parse({
    ...asked, seed: 3, max_tokens: 200,
    response_format: { type: "json_schema", json_schema: { name: "Report", strict: true, schema } },
});
seen.parsed = JSON.parse(parsed.choices[0].message.content);
const chances = await client.chat.completions.create({ ...asked, logprobs: true, top_logprobs: 2, max_tokens: 3 });
seen.chances = chances.choices[0].logprobs.content.map((token) => token.top_logprobs.length);
console.log(JSON.stringify(seen));
