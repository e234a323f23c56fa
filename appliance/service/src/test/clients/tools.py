"""Calls of tools with OpenAI's client for Python: prints one JSON object of what it saw."""
import json
import os
from enum import Enum
from typing import Literal

import openai
from pydantic import BaseModel, ConfigDict

client = openai.OpenAI(
    base_url=os.environ["REDOUBT_URL"] + "/v1", api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
# An untrained model calls a tool where it must, or where the token that begins a call is favoured.
favoured = {"logit_bias": {os.environ["REDOUBT_CALL"]: 100}}


class City(str, Enum):
    rome = "Rome"
    oslo = "Oslo"


class weather(BaseModel):
    """The weather at a place."""

    model_config = ConfigDict(extra="forbid")
    city: City
    days: Literal[1, 2, 3]
    metric: bool


class now(BaseModel):
    """The time."""


offered = [openai.pydantic_function_tool(weather), openai.pydantic_function_tool(now)]
question = {"role": "user", "content": "Is it raining?"}
asked = {"model": "default", "max_tokens": 400, "tools": offered, "messages": [question], **favoured}
named = {"type": "function", "function": {"name": "weather"}}


def calls(message):
    return [[call.function.name, json.loads(call.function.arguments)] for call in message.tool_calls or []]


one = {"parallel_tool_calls": False, "seed": 3}
seen = {}
whole = client.chat.completions.parse(**asked, **one, tool_choice=named)
seen["whole"] = calls(whole.choices[0].message)
seen["reason"] = whole.choices[0].finish_reason
seen["parsed"] = type(whole.choices[0].message.tool_calls[0].function.parsed_arguments).__name__
seen["seal"] = whole.redoubt["seal"]

with client.chat.completions.stream(**asked, **one, tool_choice=named) as stream:
    events = [event.type for event in stream]
    final = stream.get_final_completion()
seen["streamed"] = calls(final.choices[0].message)
seen["streamedReason"] = final.choices[0].finish_reason
seen["streamedDeltas"] = events.count("tool_calls.function.arguments.delta")
seen["streamedDone"] = events.count("tool_calls.function.arguments.done")
seen["required"] = calls(client.chat.completions.create(**asked, **one, tool_choice="required").choices[0].message)
seen["auto"] = calls(client.chat.completions.create(**asked, **one, tool_choice="auto").choices[0].message)
none = client.chat.completions.create(**{**asked, "max_tokens": 8}, **one, tool_choice="none").choices[0]
seen["none"] = [calls(none.message), none.finish_reason]

# As many as there is room for; the last may be cut off.
parallel = client.chat.completions.create(**asked, seed=3, tool_choice=named).choices[0].message.tool_calls
seen["parallel"] = len(parallel)
seen["ids"] = len({call.id for call in parallel})

call = whole.choices[0].message.tool_calls[0]
told = [
    question,
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
        ],
    },
    {"role": "tool", "tool_call_id": call.id, "content": "It rains."},
]
after = client.chat.completions.create(model="default", messages=told, tools=offered, tool_choice="none", max_tokens=8)
seen["after"] = after.usage.completion_tokens
seen["longer"] = after.usage.prompt_tokens > whole.usage.prompt_tokens

flat = [{"type": "function", **tool["function"]} for tool in offered]
response = client.responses.create(
    model="default",
    input="Is it raining?",
    tools=flat,
    tool_choice={"type": "function", "name": "weather"},
    parallel_tool_calls=False,
    max_output_tokens=1500,
    extra_body={**favoured, "seed": 3},
)
item = response.output[0]
seen["response"] = [item.type, item.name, json.loads(item.arguments)]
arguments = ""
for event in client.responses.create(
    model="default",
    input="Is it raining?",
    tools=flat,
    tool_choice="required",
    parallel_tool_calls=False,
    max_output_tokens=1500,
    stream=True,
    extra_body={**favoured, "seed": 3},
):
    if event.type == "response.function_call_arguments.delta":
        arguments += event.delta
    if event.type == "response.function_call_arguments.done":
        seen["responseStreamed"] = arguments == event.arguments and json.loads(arguments) is not None
following = client.responses.create(
    model="default",
    previous_response_id=response.id,
    input=[{"type": "function_call_output", "call_id": item.call_id, "output": "It rains."}],
    max_output_tokens=8,
)
seen["responseAfter"] = following.usage.output_tokens

seen["refused"] = []
for wrong in (
    {"type": "function", "function": {"name": "two words"}},
    {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": []}}},
    {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"x": {"enum": "a"}}}}},
    {"type": "web_search"},
):
    try:
        client.chat.completions.create(**{**asked, "tools": [offered[1], wrong]})
    except openai.BadRequestError as error:
        seen["refused"].append("tools[1]" in error.message)
print(json.dumps(seen))
