"""LoRA adapters with OpenAI's client for Python: prints one JSON object of what it saw."""
import json
import os

import openai

client = openai.OpenAI(
    base_url=os.environ["REDOUBT_URL"] + "/v1", api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
asked = {
    "model": "default",
    "messages": [{"role": "user", "content": "Hello"}],
    "max_tokens": 24,
    "temperature": 0,
    "logit_bias": {"2": -100},
}
plain = client.chat.completions.create(**asked)
adapted = client.chat.completions.create(**asked, extra_body={"lora": [{"name": "legal", "scale": 2}]})
seen = {
    "plain": plain.choices[0].message.content,
    "adapted": adapted.choices[0].message.content,
    "tokens": adapted.usage.completion_tokens,
}
try:
    client.chat.completions.create(**asked, extra_body={"lora": [{"name": "nobody"}]})
except openai.APIStatusError as error:
    seen["refused"] = {"status": error.status_code, "message": error.message}
print(json.dumps(seen))
