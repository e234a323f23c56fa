// Calls of tools with OpenAI's client for Node: prints one JSON object of what it saw.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.REDOUBT_URL + "/v1", apiKey: process.env.REDOUBT_KEY, maxRetries: 0 });
// An untrained model calls a tool where it must, or where the token that begins a call is favoured.
const favoured = { logit_bias: { [process.env.REDOUBT_CALL]: 100 } };
const weather = {
    type: "object",
    properties: { city: { enum: ["Rome", "Oslo"] }, days: { enum: [1, 2, 3] }, metric: { type: "boolean" } },
    required: ["city", "days", "metric"],
    additionalProperties: false,
};
const nothing = { type: "object", properties: {}, required: [], additionalProperties: false };
const facts = [
    { name: "weather", description: "The weather at a place.", strict: true, parameters: weather },
    { name: "now", description: "The time.", strict: true, parameters: nothing },
];
const tools = facts.map((fact) => ({ type: "function", function: fact }));
const question = { role: "user", content: "Is it raining?" };
const asked = { model: "default", max_tokens: 400, tools, messages: [question], ...favoured };
const named = { type: "function", function: { name: "weather" } };
const one = { parallel_tool_calls: false, seed: 3 };
const calls = (message) =>
    (message.tool_calls ?? []).map((call) => [call.function.name, JSON.parse(call.function.arguments)]);
const seen = {};

const whole = await client.chat.completions.parse({ ...asked, ...one, tool_choice: named });
seen.whole = calls(whole.choices[0].message);
seen.reason = whole.choices[0].finish_reason;
seen.parsed = whole.choices[0].message.tool_calls[0].function.name;
seen.seal = whole.redoubt.seal;

seen.streamedDeltas = 0;
seen.streamedDone = 0;
const stream = client.chat.completions.stream({ ...asked, ...one, tool_choice: named });
stream.on("tool_calls.function.arguments.delta", () => seen.streamedDeltas++);
stream.on("tool_calls.function.arguments.done", () => seen.streamedDone++);
const final = await stream.finalChatCompletion();
seen.streamed = calls(final.choices[0].message);
seen.streamedReason = final.choices[0].finish_reason;

const first = async (more) => (await client.chat.completions.create({ ...asked, ...more })).choices[0];
seen.required = calls((await first({ ...one, tool_choice: "required" })).message);
seen.auto = calls((await first({ ...one, tool_choice: "auto" })).message);
const none = await first({ ...one, max_tokens: 8, tool_choice: "none" });
seen.none = [calls(none.message), none.finish_reason];

// As many as there is room for; the last may be cut off.
const parallel = (await first({ seed: 3, tool_choice: named })).message.tool_calls;
seen.parallel = parallel.length;
seen.ids = new Set(parallel.map((call) => call.id)).size;

// The client runs the tool itself and sends what it said.
const ran = [];
const run = (name, parameters) => ({
    type: "function",
    function: { name, description: name, parameters, parse: JSON.parse, function: (given) => (ran.push([name, given]), "It rains.") },
});
const runner = client.chat.completions.runTools(
    { ...asked, ...one, tool_choice: "auto", tools: [run("weather", weather), run("now", nothing)] },
    { maxChatCompletions: 2 },
);
await runner.done();
seen.ran = ran.length;
const after = await client.chat.completions.create({ model: "default", messages: runner.messages, tools, tool_choice: "none", max_tokens: 8 });
seen.after = after.usage.completion_tokens;
seen.longer = after.usage.prompt_tokens > whole.usage.prompt_tokens;

const flat = facts.map((fact) => ({ type: "function", ...fact }));
const respond = {
    model: "default", input: "Is it raining?", tools: flat, parallel_tool_calls: false, max_output_tokens: 1500, seed: 3, ...favoured,
};
const response = await client.responses.create({ ...respond, tool_choice: { type: "function", name: "weather" } });
const item = response.output[0];
seen.response = [item.type, item.name, JSON.parse(item.arguments)];
let told = "";
for await (const event of await client.responses.create({ ...respond, tool_choice: "required", stream: true })) {
    if (event.type === "response.function_call_arguments.delta") told += event.delta;
    if (event.type === "response.function_call_arguments.done")
        seen.responseStreamed = told === event.arguments && JSON.parse(told) !== null;
}
const following = await client.responses.create({
    model: "default", previous_response_id: response.id, max_output_tokens: 8,
    input: [{ type: "function_call_output", call_id: item.call_id, output: "It rains." }],
});
seen.responseAfter = following.usage.output_tokens;

seen.refused = [];
for (const wrong of [
    { type: "function", function: { name: "two words" } },
    { type: "function", function: { name: "f", parameters: { type: "object", properties: [] } } },
    { type: "function", function: { name: "f", parameters: { type: "object", properties: { x: { enum: "a" } } } } },
    { type: "web_search" },
]) {
    try {
        await client.chat.completions.create({ ...asked, tools: [tools[1], wrong] });
    } catch (error) {
        seen.refused.push(error.status === 400 && error.message.includes("tools[1]"));
    }
}
console.log(JSON.stringify(seen));
