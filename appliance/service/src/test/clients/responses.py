"""Responses with OpenAI's client for Python: prints one JSON object of what it saw."""
import json
import os

import openai

client = openai.OpenAI(
    base_url=os.environ["REDOUBT_URL"] + "/v1", api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
asked = {"model": "default", "max_output_tokens": 8, "extra_body": {"seed": 5}}
seen = {}
whole = client.responses.create(**asked, input="Hello", instructions="Be brief.")
seen["whole"] = whole.output_text
seen["tokens"] = whole.usage.output_tokens
seen["seal"] = whole.redoubt["seal"]
seen["streamed"] = ""
for event in client.responses.create(**asked, input="Hello", instructions="Be brief.", stream=True):
    if event.type == "response.output_text.delta":
        seen["streamed"] += event.delta
    if event.type in ("response.completed", "response.incomplete"):
        seen["last"] = event.response.id
        seen["lastText"] = event.response.output_text
with client.responses.stream(**asked, input="Hello", instructions="Be brief.") as stream:
    for _ in stream:
        pass
next_one = client.responses.create(**asked, input="And then?", previous_response_id=whole.id)
seen["previous"] = next_one.previous_response_id == whole.id
seen["retrieved"] = client.responses.retrieve(whole.id).output_text
client.responses.delete(whole.id)
try:
    client.responses.retrieve(whole.id)
except openai.APIStatusError as error:
    seen["refused"] = {"kind": type(error).__name__, "status": error.status_code, "code": error.code}
print(json.dumps(seen))
