"""Calls of tools with Anthropic's client for Python: prints one JSON object of what it saw."""
import json
import os
from typing import Literal

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ["REDOUBT_URL"], api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
# An untrained model calls a tool where it must, or where the token that begins a call is favoured.
favoured = {"logit_bias": {os.environ["REDOUBT_CALL"]: 100}, "seed": 3}
weather = {
    "name": "weather",
    "description": "The weather at a place.",
    "input_schema": {
        "type": "object",
        "properties": {
            "city": {"type": "string", "enum": ["Rome", "Oslo"]},
            "days": {"type": "integer", "enum": [1, 2, 3]},
            "metric": {"type": "boolean"},
        },
        "required": ["city", "days", "metric"],
        "additionalProperties": False,
    },
}
now = {"name": "now", "input_schema": {"type": "object", "properties": {}, "additionalProperties": False}}
question = {"role": "user", "content": "Is it raining?"}
asked = {"model": "default", "max_tokens": 400, "tools": [weather, now], "messages": [question]}
one = {"disable_parallel_tool_use": True}
named = {"type": "tool", "name": "weather", **one}


def calls(message):
    return [[block.name, block.input] for block in message.content if block.type == "tool_use"]


seen = {}
whole = client.messages.create(**asked, tool_choice=named, extra_body=favoured)
seen["whole"] = calls(whole)
seen["reason"] = whole.stop_reason
seen["seal"] = whole.redoubt["seal"]
with client.messages.stream(**asked, tool_choice=named, extra_body=favoured) as stream:
    events = [event.type for event in stream]
    final = stream.get_final_message()
seen["streamed"] = calls(final)
seen["streamedReason"] = final.stop_reason
seen["streamedDeltas"] = events.count("input_json")
seen["streamedDone"] = events.count("content_block_stop")
seen["required"] = calls(client.messages.create(**asked, tool_choice={"type": "any", **one}, extra_body=favoured))
seen["auto"] = calls(client.messages.create(**asked, tool_choice={"type": "auto", **one}, extra_body=favoured))
none = client.messages.create(**{**asked, "max_tokens": 8}, tool_choice={"type": "none"}, extra_body=favoured)
seen["none"] = [calls(none), none.stop_reason]
# As many as there is room for; the last may be cut off.
parallel = client.messages.create(**asked, tool_choice={"type": "tool", "name": "weather"}, extra_body=favoured)
blocks = [block for block in parallel.content if block.type == "tool_use"]
seen["parallel"] = len(blocks)
seen["ids"] = len({block.id for block in blocks})

result = {"type": "tool_result", "tool_use_id": whole.content[0].id, "content": "It rains."}
told = [question, {"role": "assistant", "content": whole.content}, {"role": "user", "content": [result]}]
offered = {"tools": [weather, now], "tool_choice": {"type": "none"}}
after = client.messages.create(model="default", max_tokens=8, messages=told, **offered)
inputs = after.usage.input_tokens + after.usage.cache_read_input_tokens
seen["after"] = after.usage.output_tokens
seen["longer"] = inputs > whole.usage.input_tokens + whole.usage.cache_read_input_tokens
seen["counted"] = client.messages.count_tokens(model="default", messages=told, **offered).input_tokens == inputs


# The client runs the tool itself and sends what it said.
ran = []


@anthropic.beta_tool
def forecast(metric: bool, days: Literal[1, 2, 3]) -> str:
    """The weather."""
    ran.append([metric, days])
    return "It rains."


runner = client.beta.messages.tool_runner(
    model="default",
    max_tokens=400,
    messages=[question],
    tools=[forecast],
    tool_choice={"type": "any", **one},
    max_iterations=2,
    extra_body=favoured,
)
seen["ran"] = [len(list(runner)), len(ran)]

seen["refused"] = []
for wrong in (
    {"name": "two words", "input_schema": {"type": "object"}},
    {"name": "f", "input_schema": {"type": "object", "properties": []}},
    {"name": "f", "input_schema": {"type": "object", "properties": {"x": {"enum": "a"}}}},
    {"type": "bash_20250124", "name": "bash"},
):
    try:
        client.messages.create(**{**asked, "tools": [now, wrong]})
    except anthropic.BadRequestError as error:
        seen["refused"].append("tools[1]" in error.message)
print(json.dumps(seen))
