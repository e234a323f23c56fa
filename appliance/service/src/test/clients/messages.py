"""Anthropic's client for Python against the appliance: prints one JSON object of what it saw."""
import json
import os

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ["REDOUBT_URL"], api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
messages = [{"role": "user", "content": "Hello"}]
asked = {"model": "default", "max_tokens": 8, "messages": messages, "extra_body": {"seed": 5}}
seen = {}
whole = client.messages.create(**asked)
seen["whole"] = whole.content[0].text
seen["tokens"] = whole.usage.output_tokens
seen["stop"] = whole.stop_reason
seen["seal"] = whole.redoubt["seal"]
with client.messages.stream(**asked) as stream:
    seen["streamed"] = "".join(stream.text_stream)
    seen["streamedTokens"] = stream.get_final_message().usage.output_tokens
for event in client.messages.create(**asked, stream=True):
    if event.type == "message_delta":
        seen["streamedSeal"] = event.redoubt["seal"]
seen["count"] = client.messages.count_tokens(model="default", messages=messages).input_tokens
seen["inputs"] = whole.usage.input_tokens + whole.usage.cache_read_input_tokens
try:
    client.messages.create(model="default", max_tokens=8, messages=messages, extra_body={"container": "x"})
except anthropic.APIStatusError as error:
    seen["refused"] = {"kind": type(error).__name__, "status": error.status_code}
try:
    client.messages.create(model="nothing", max_tokens=8, messages=messages)
except anthropic.APIStatusError as error:
    seen["missing"] = type(error).__name__
print(json.dumps(seen))
