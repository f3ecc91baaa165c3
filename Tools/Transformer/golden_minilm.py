"""Reckons the golden vectors of all-MiniLM-L6-v2 anew: python3 golden_minilm.py FOLDER

FOLDER holds model.safetensors and tokenizer.json of the model. It needs numpy, safetensors and
tokenizers, and shares nothing with the encoder: the tokenizer is the reference, the arithmetic
NumPy's in double precision. Prints the entries for `golden` in
Sources/Encoders/Fetch/fetch_minilm.py, where the tests hold the encoder against them.
"""

import base64
import json
import math
import sys

import numpy
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "The crew was friendly, but we waited three hours and nobody apologised.",
    "Très déçu… 3 h de retard 😡 客服不错",
    # Longer than both windows together.
    " ".join(f"Flight {number} was late." for number in range(1, 61)),
]
WINDOW, CLS, SEP = 126, 101, 102
# Of six, counted from 1.
LAYER = 4

erf = numpy.vectorize(math.erf, otypes=[float])


def normalised(x, weights, name):
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / numpy.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return scaled * weights[name + ".weight"] + weights[name + ".bias"]


def linear(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def attention(x, weights, name):
    def heads(part):
        return linear(x, weights, name + "self." + part).reshape(len(x), 12, 32).transpose(1, 0, 2)

    query, key, value = map(heads, ("query", "key", "value"))
    scores = numpy.exp(query @ key.transpose(0, 2, 1) / math.sqrt(32))
    mixed = (scores / scores.sum(-1, keepdims=True)) @ value
    return linear(mixed.transpose(1, 0, 2).reshape(len(x), 384), weights, name + "output.dense")


def vectors(tokens, weights):
    x = weights["embeddings.word_embeddings.weight"][tokens]
    x = x + weights["embeddings.position_embeddings.weight"][: len(tokens)]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = normalised(x, weights, "embeddings.LayerNorm")
    for layer in range(LAYER):
        name = f"encoder.layer.{layer}."
        attended = attention(x, weights, name + "attention.")
        x = normalised(x + attended, weights, name + "attention.output.LayerNorm")
        inner = linear(x, weights, name + "intermediate.dense")
        inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
        outer = linear(inner, weights, name + "output.dense")
        x = normalised(x + outer, weights, name + "output.LayerNorm")
    return x


def embedding(text, tokenizer, weights):
    tokens = tokenizer.encode(text, add_special_tokens=False).ids
    head, rest = tokens[:WINDOW], tokens[WINDOW:]
    windows = [head] + ([rest[-WINDOW:]] if rest else [])
    found = numpy.concatenate([vectors([CLS] + part + [SEP], weights) for part in windows])
    mean = found.mean(0)
    return mean / numpy.linalg.norm(mean)


def main(folder):
    tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    weights = {
        name: numbers.astype(float)
        for name, numbers in load_file(folder + "/model.safetensors").items()
    }
    for text in TEXTS:
        steps = numpy.rint(embedding(text, tokenizer, weights) * 32767).astype("<i2")
        steps = base64.b64encode(steps.tobytes()).decode()
        print(json.dumps({"text": text, "embedding": steps}, ensure_ascii=False))


main(sys.argv[1])
