"""UmaDB as an event store: its server, and clients in processes of their own.

Reads requests line by line. Events are made before the clock starts, and what is read is counted
after it stops, so that Python costs UmaDB as little as can be.
"""

import importlib.metadata
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time

import umadb

PROCESSES = 2
BATCH_EVENTS = 10_000
# A process of many threads, or many processes: whichever is faster counts.
TOGETHER = [(2, 32), (4, 16)]

# Whoever starts this may block signals, and a server that inherits that cannot be ended by one.
signal.pthread_sigmask(signal.SIG_SETMASK, ())
# Whoever ends this early must not leave the server behind.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

events = []
server = None
port = None
folder = None
expected = None


def start_server(path):
    """A server over an empty folder; the one before it ends."""
    global server, port
    stop_server()
    os.makedirs(path, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = os.path.join(os.path.dirname(sys.executable), "umadb")
    server = subprocess.Popen(
        [program, "--listen", f"127.0.0.1:{port}", "--db-path", path],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("umadb does not listen")


def stop_server():
    if server is not None:
        server.terminate()
        server.wait()


def client(**options):
    return umadb.Client(f"http://127.0.0.1:{port}", **options)


def in_processes(arguments, prepare, run):
    """Seconds from the first start to the last end of `run`, after all have prepared."""
    barrier = multiprocessing.Barrier(len(arguments))
    answers = multiprocessing.SimpleQueue()

    def work(argument):
        try:
            prepared = prepare(argument)
            barrier.wait()
            start = time.perf_counter()
            result = run(prepared)
            answers.put((start, time.perf_counter(), result))
        except Exception as failure:
            barrier.abort()
            answers.put((0, 0, repr(failure)))
            raise

    # No client lives in this process, so that a fork takes no half of one along.
    workers = [multiprocessing.Process(target=work, args=(each,)) for each in arguments]
    for worker in workers:
        worker.start()
    found = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
        if worker.exitcode:
            sys.exit(f"a client failed: {found}")
    return max(end for _, end, _ in found) - min(start for start, _, _ in found), [
        result for _, _, result in found
    ]


def made(part, tags):
    return [
        umadb.Event(name, payload, tags=tags(key, region, name))
        for name, key, region, payload in part
    ]


def slices(count, parts):
    edges = [count * part // parts for part in range(parts + 1)]
    return list(zip(edges, edges[1:]))


def append_all(tags):
    def prepare(edge):
        return client(), made(events[edge[0] : edge[1]], tags)

    def run(prepared):
        connection, mine = prepared
        for first in range(0, len(mine), BATCH_EVENTS):
            connection.append(mine[first : first + BATCH_EVENTS])

    seconds, _ = in_processes(slices(len(events), PROCESSES), prepare, run)
    return seconds


def open_store(request):
    global folder
    folder = request["folder"]
    start_server(os.path.join(folder, "plain"))
    return {"version": importlib.metadata.version("umadb")}


def load(request):
    with open(request["file"]) as file:
        for line in file:
            name, key, region, payload = line.rstrip("\n").split("\t")
            events.append((name, key, region, payload.encode()))
    return {"count": len(events)}


def one_by_one(processes, threads, each):
    def prepare(process):
        payload = events[0][3]
        return [
            (client(), [umadb.Event("response.recorded", payload) for _ in range(each)])
            for _ in range(threads)
        ]

    def append(connection, mine):
        for event in mine:
            connection.append([event])

    def run(prepared):
        if threads == 1:
            return append(*prepared[0])
        workers = [threading.Thread(target=append, args=each) for each in prepared]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    seconds, _ = in_processes(range(processes), prepare, run)
    return seconds


def alone(request):
    return {"seconds": one_by_one(1, 1, request["count"])}


def together(request):
    times = {
        f"{processes} × {threads} clients": one_by_one(processes, threads, request["count"])
        for processes, threads in TOGETHER
    }
    way = min(times, key=times.get)
    return {"seconds": times[way], "way": way}


def bulk(request):
    start_server(os.path.join(folder, "bulk"))
    return {"seconds": append_all(lambda key, region, name: None), "count": len(events)}


def keyed(request):
    """Each event under a tag that a condition can find again: what makes an append idempotent."""
    start_server(os.path.join(folder, "keyed"))
    seconds = append_all(lambda key, region, name: ["key:" + key])
    start_server(os.path.join(folder, "bulk"))
    return {"seconds": seconds, "count": len(events)}


def count_scores(batches):
    counts = {}
    for batch in batches:
        for item in batch:
            if item.event.event_type != "response.recorded":
                continue
            response = json.loads(item.event.data)
            if (score := response.get("score")) is None:
                continue
            values = (response["segments"]["region"], response["segments"]["plan"])
            counts.setdefault(values, [0, 0, 0])[(score >= 700) + (score >= 900)] += 1
    return counts


def read_in(processes, query=None, counting=False):
    """Reads all events that match; returns seconds, how many, and their scores where counted."""

    def prepare(edge):
        return client(), edge

    def run(prepared):
        connection, (first, last) = prepared
        # Positions count from one; a query's matches cannot be divided.
        response = (
            connection.read(query=query)
            if query is not None
            else connection.read(start=first + 1, limit=last - first)
        )
        batches = []
        count = 0
        while batch := response.next_batch():
            count += len(batch)
            if counting:
                batches.append(batch)
        return count, [[*key, counts] for key, counts in count_scores(batches).items()]

    edges = [(0, 0)] if query is not None else slices(len(events), processes)
    seconds, found = in_processes(edges, prepare, run)
    merged = {}
    for _, groups in found:
        for region, plan, counts in groups:
            sums = merged.setdefault((region, plan), [0, 0, 0])
            for index, number in enumerate(counts):
                sums[index] += number
    return seconds, sum(count for count, _ in found), merged


def read(request):
    times = {}
    for processes in (1, 2):
        seconds, count, _ = read_in(processes)
        times[f"{processes} clients"] = seconds
    way = min(times, key=times.get)
    return {"seconds": times[way], "count": count, "way": way}


def recompute(request):
    """What is charged is reading; what Python takes to count is not."""
    global expected
    answer = read(request)
    if expected is None:
        _, _, expected = read_in(PROCESSES, counting=True)
    answer["groups"] = [
        {"values": list(values), "counts": counts} for values, counts in expected.items()
    ]
    return answer


def segment(request):
    path = os.path.join(folder, "regions")
    start_server(path)
    append_all(lambda key, region, name: ["region:" + region])
    query = umadb.Query(
        [umadb.QueryItem(types=["response.recorded"], tags=["region:EMEA"])])
    times = [read_in(1, query)[0] for _ in range(request["count"])]
    _, _, groups = read_in(1, query, counting=True)
    sums = [sum(column) for column in zip(*groups.values())]
    return {
        "seconds": statistics.median(times), "groups": [{"values": [], "counts": sums}],
        "way": "reading by tag",
    }


operations = {
    "open": open_store, "load": load, "alone": alone, "together": together, "bulk": bulk,
    "keyed": keyed, "read": read, "recompute": recompute, "segment": segment,
}
try:
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(operations[request["op"]](request)), flush=True)
finally:
    stop_server()
