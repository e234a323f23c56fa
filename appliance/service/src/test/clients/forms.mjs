// Tools and JSON schemas with OpenAI's client for Node: prints one JSON object of what it saw.
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
    ...asked, max_tokens: 200,
    response_format: { type: "json_schema", json_schema: { name: "Report", strict: true, schema } },
});
seen.parsed = JSON.parse(parsed.choices[0].message.content);
const tools = [{ type: "function", function: { name: "report", description: "Reports.", parameters: schema } }];
// A model that was never trained ends a call by chance only.
const calling = { ...asked, tools, tool_choice: "required", parallel_tool_calls: false, max_tokens: 300 };
let called;
let seed = 0;
do {
    called = await client.chat.completions.create({ ...calling, seed: ++seed });
} while (called.choices[0].finish_reason !== "tool_calls" && seed < 50);
const call = called.choices[0].message.tool_calls[0];
seen.finish = called.choices[0].finish_reason;
seen.name = call.function.name;
seen.arguments = JSON.parse(call.function.arguments);
const told = await client.chat.completions
    .stream({ ...calling, seed }).finalChatCompletion();
seen.streamed = JSON.parse(told.choices[0].message.tool_calls[0].function.arguments);
const messages = [...asked.messages, called.choices[0].message, { role: "tool", tool_call_id: call.id, content: "sun" }];
seen.after = (await client.chat.completions.create({
    model: "default", messages, tools, tool_choice: "none", max_tokens: 4,
})).usage.completion_tokens;
const chances = await client.chat.completions.create({ ...asked, logprobs: true, top_logprobs: 2, max_tokens: 3 });
seen.chances = chances.choices[0].logprobs.content.map((token) => token.top_logprobs.length);
console.log(JSON.stringify(seen));
