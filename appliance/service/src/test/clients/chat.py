"""The official client for Python against the appliance: prints one JSON object of what it saw."""
import json
import os

import openai

client = openai.OpenAI(
    base_url=os.environ["REDOUBT_URL"] + "/v1", api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
messages = [{"role": "user", "content": "Hello"}]
seen = {"models": [model.id for model in client.models.list().data]}
model = seen["models"][0]
whole = client.chat.completions.create(model=model, messages=messages, max_tokens=8, seed=5)
seen["whole"] = whole.choices[0].message.content
seen["tokens"] = whole.usage.completion_tokens
seen["seal"] = whole.redoubt["seal"]
seen["streamed"] = ""
for chunk in client.chat.completions.create(
    model=model,
    messages=messages,
    max_tokens=8,
    seed=5,
    stream=True,
    stream_options={"include_usage": True},
):
    for choice in chunk.choices:
        seen["streamed"] += choice.delta.content or ""
    if chunk.usage:
        seen["streamedTokens"] = chunk.usage.completion_tokens
        seen["streamedSeal"] = chunk.redoubt["seal"]
seen["text"] = client.completions.create(model=model, prompt="Once", max_tokens=4).choices[0].text
try:
    client.chat.completions.create(model=model, messages=messages, n=9)
except openai.APIStatusError as error:
    seen["refused"] = {
        "kind": type(error).__name__,
        "status": error.status_code,
        "code": error.code,
        "param": error.param,
    }
print(json.dumps(seen))
