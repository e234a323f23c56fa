"""The official client for Python asks for embeddings: prints one JSON object of what it saw."""
import json
import os

import openai

client = openai.OpenAI(
    base_url=os.environ["REDOUBT_URL"] + "/v1", api_key=os.environ["REDOUBT_KEY"], max_retries=0
)
model = client.models.list().data[0].id
# The client asks for base64 by itself and decodes it.
made = client.embeddings.create(model=model, input=["one", "and two"])
plain = client.embeddings.create(model=model, input="one", encoding_format="float")
first = made.data[0].embedding
seen = {
    "count": len(made.data),
    "numbers": len(first),
    "length": sum(number * number for number in first),
    "same": all(abs(a - b) < 1e-2 for a, b in zip(first, plain.data[0].embedding)),
}
try:
    client.embeddings.create(model=model, input="one", dimensions=8)
except openai.APIStatusError as error:
    seen["refused"] = {"kind": type(error).__name__, "param": error.param}
print(json.dumps(seen))
