"""Tools and JSON schemas with OpenAI's client for Python: prints one JSON object of what it saw."""
import json
import os
from enum import Enum

import openai
from pydantic import BaseModel


class Weather(str, Enum):
    sun = "sun"
    rain = "rain"


class Report(BaseModel):
    weather: Weather
    cold: bool


client = openai.OpenAI(
    base_url=os.environ["REDOUBT_URL"] + "/v1", api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
asked = {"model": "default", "messages": [{"role": "user", "content": "Weather?"}]}
seen = {}
parsed = client.chat.completions.parse(**asked, response_format=Report, max_tokens=200)
seen["parsed"] = parsed.choices[0].message.parsed.model_dump(mode="json")
tools = [
    {
        "type": "function",
        "function": {"name": "report", "description": "Reports.", "parameters": Report.model_json_schema()},
    }
]
# A model that was never trained ends a call by chance only.
calling = {"tools": tools, "tool_choice": "required", "parallel_tool_calls": False, "max_tokens": 300}
for seed in range(1, 50):
    called = client.chat.completions.create(**asked, **calling, seed=seed)
    if called.choices[0].finish_reason == "tool_calls":
        break
call = called.choices[0].message.tool_calls[0]
seen["finish"] = called.choices[0].finish_reason
seen["name"] = call.function.name
seen["arguments"] = json.loads(call.function.arguments)
with client.chat.completions.stream(**asked, **calling, seed=seed) as stream:
    for _ in stream:
        pass
    told = stream.get_final_completion().choices[0].message.tool_calls[0]
seen["streamed"] = json.loads(told.function.arguments)
# What the model said goes back as it came, with what the tool said.
messages = asked["messages"] + [
    called.choices[0].message.model_dump(exclude_none=True),
    {"role": "tool", "tool_call_id": call.id, "content": "sun"},
]
seen["after"] = client.chat.completions.create(
    model="default", messages=messages, tools=tools, tool_choice="none", max_tokens=4
).usage.completion_tokens
chances = client.chat.completions.create(**asked, logprobs=True, top_logprobs=2, max_tokens=3)
seen["chances"] = [len(token.top_logprobs) for token in chances.choices[0].logprobs.content]
print(json.dumps(seen))
