"""JSON schemas and chances of tokens with OpenAI's client for Python: prints one JSON object of what it saw."""
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
parsed = client.chat.completions.parse(**asked, seed=3, response_format=Report, max_tokens=200)
seen["parsed"] = parsed.choices[0].message.parsed.model_dump(mode="json")
chances = client.chat.completions.create(**asked, logprobs=True, top_logprobs=2, max_tokens=3)
seen["chances"] = [len(token.top_logprobs) for token in chances.choices[0].logprobs.content]
print(json.dumps(seen))
