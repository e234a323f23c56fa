// Calls of tools with Anthropic's client for Node: prints one JSON object of what it saw.
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: process.env.REDOUBT_URL, apiKey: process.env.REDOUBT_KEY, maxRetries: 0 });
// An untrained model calls a tool where it must, or where the token that begins a call is favoured.
const favoured = { logit_bias: { [process.env.REDOUBT_CALL]: 100 }, seed: 3 };
const schema = {
    type: "object",
    properties: { city: { enum: ["Rome", "Oslo"] }, days: { enum: [1, 2, 3] }, metric: { type: "boolean" } },
    required: ["city", "days", "metric"],
    additionalProperties: false,
};
const tools = [
    { name: "weather", description: "The weather at a place.", input_schema: schema },
    { name: "now", input_schema: { type: "object", properties: {}, additionalProperties: false } },
];
const question = { role: "user", content: "Is it raining?" };
const asked = { model: "default", max_tokens: 400, tools, messages: [question], ...favoured };
const one = { disable_parallel_tool_use: true };
const named = { type: "tool", name: "weather", ...one };
const uses = (message) => message.content.filter((block) => block.type === "tool_use");
const calls = (message) => uses(message).map((block) => [block.name, block.input]);
const inputs = (message) => message.usage.input_tokens + message.usage.cache_read_input_tokens;
const seen = {};

const whole = await client.messages.create({ ...asked, tool_choice: named });
seen.whole = calls(whole);
seen.reason = whole.stop_reason;
seen.seal = whole.redoubt.seal;
seen.streamedDeltas = 0;
seen.streamedDone = 0;
const stream = client.messages.stream({ ...asked, tool_choice: named });
stream.on("inputJson", () => seen.streamedDeltas++);
stream.on("contentBlock", () => seen.streamedDone++);
const final = await stream.finalMessage();
seen.streamed = calls(final);
seen.streamedReason = final.stop_reason;
seen.required = calls(await client.messages.create({ ...asked, tool_choice: { type: "any", ...one } }));
seen.auto = calls(await client.messages.create({ ...asked, tool_choice: { type: "auto", ...one } }));
const none = await client.messages.create({ ...asked, max_tokens: 8, tool_choice: { type: "none" } });
seen.none = [calls(none), none.stop_reason];
// As many as there is room for; the last may be cut off.
const parallel = uses(await client.messages.create({ ...asked, tool_choice: { type: "tool", name: "weather" } }));
seen.parallel = parallel.length;
seen.ids = new Set(parallel.map((block) => block.id)).size;

const told = [
    question,
    { role: "assistant", content: whole.content },
    { role: "user", content: [{ type: "tool_result", tool_use_id: whole.content[0].id, content: "It rains." }] },
];
const offered = { model: "default", messages: told, tools, tool_choice: { type: "none" } };
const after = await client.messages.create({ ...offered, max_tokens: 8 });
seen.after = after.usage.output_tokens;
seen.longer = inputs(after) > inputs(whole);
seen.counted = (await client.messages.countTokens(offered)).input_tokens === inputs(after);

// The client runs the tool itself and sends what it said.
const ran = [];
const runner = client.beta.messages.toolRunner({
    ...asked,
    tool_choice: { type: "any", ...one },
    tools: [{ ...tools[0], run: (given) => (ran.push(given), "It rains."), parse: (given) => given }],
    max_iterations: 2,
});
let messages = 0;
for await (const _ of runner) messages++;
seen.ran = [messages, ran.length];

seen.refused = [];
for (const wrong of [
    { name: "two words", input_schema: { type: "object" } },
    { name: "f", input_schema: { type: "object", properties: [] } },
    { name: "f", input_schema: { type: "object", properties: { x: { enum: "a" } } } },
    { type: "bash_20250124", name: "bash" },
]) {
    try {
        await client.messages.create({ ...asked, tools: [tools[1], wrong] });
    } catch (error) {
        seen.refused.push(error.status === 400 && error.message.includes("tools[1]"));
    }
}
console.log(JSON.stringify(seen));
