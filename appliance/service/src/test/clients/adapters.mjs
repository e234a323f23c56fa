// LoRA adapters with OpenAI's client for Node: prints one JSON object of what it saw.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.REDOUBT_URL + "/v1", apiKey: process.env.REDOUBT_KEY, maxRetries: 0 });
const asked = {
    model: "default", messages: [{ role: "user", content: "Hello" }], max_tokens: 24, temperature: 0, logit_bias: { 2: -100 },
};
const plain = await client.chat.completions.create(asked);
const adapted = await client.chat.completions.create({ ...asked, lora: [{ name: "legal", scale: 2 }] });
const seen = {
    plain: plain.choices[0].message.content,
    adapted: adapted.choices[0].message.content,
    tokens: adapted.usage.completion_tokens,
};
try {
    await client.chat.completions.create({ ...asked, lora: [{ name: "nobody" }] });
} catch (error) {
    seen.refused = { status: error.status, message: error.message };
}
console.log(JSON.stringify(seen));
