"""SQLite as an event table with a view for the score. Reads requests line by line.

Python only starts statements: bulk comes from a table in memory, and all counting is SQL.
"""

import json
import os
import sqlite3
import statistics
import sys
import threading
import time

SCHEMA = """
create table events (
    position integer primary key,
    name text not null,
    recorded integer not null,
    key text not null unique,
    payload text not null
);
create view responses as
    select json_extract(payload, '$.segments.region') region,
           json_extract(payload, '$.segments.plan') plan,
           json_extract(payload, '$.score') score
    from events where name = 'response.recorded';
create view nps as
    select region, plan, sum(score < 700) detractors, sum(score >= 700 and score < 900) passives,
           sum(score >= 900) promoters
    from responses where score is not null group by region, plan;
"""
INDEX = """
create index of_region on events (
    json_extract(payload, '$.segments.region'), json_extract(payload, '$.score'))
    where name = 'response.recorded'
"""
INSERT = "insert into events (name, recorded, key, payload) values (?, 1704067200000000, ?, ?)"
COMMIT_EVENTS = 100_000

folder = None
path = None
main = None
appended = 0


def connect():
    connection = sqlite3.connect(path, timeout=120, isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma cache_size = -262144")
    connection.execute("pragma mmap_size = 17179869184")
    return connection


def open_store(file):
    """An empty store; the events in memory outlive the one before it."""
    global path, main
    source = []
    if main is not None:
        source = main.execute("select name, key, payload from source.events order by i").fetchall()
        main.close()
    path = file
    main = connect()
    main.executescript(SCHEMA)
    main.execute("attach ':memory:' as source")
    main.execute("create table source.events (i integer primary key, name, key, payload)")
    fill(source)


def open_first(request):
    global folder, appended
    folder, appended = request["folder"], 0
    open_store(os.path.join(folder, "single.sqlite"))
    return {"version": sqlite3.sqlite_version}


def fill(rows):
    main.execute("begin")
    main.executemany("insert into source.events (name, key, payload) values (?, ?, ?)", rows)
    main.execute("commit")


def load(request):
    with open(request["file"]) as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        fill((name, key, payload) for name, key, _, payload in rows)
    return {"count": main.execute("select count(*) from source.events").fetchone()[0]}


def fresh(count):
    """Events that are none of the file's."""
    global appended
    first, appended = appended, appended + count
    payload = main.execute("select payload from source.events where i = 1").fetchone()[0]
    return [("response.recorded", f"live-{i}", payload) for i in range(first, first + count)]


def alone(request):
    rows = fresh(request["count"])
    start = time.perf_counter()
    for row in rows:
        main.execute(INSERT, row)
    return {"seconds": time.perf_counter() - start}


def in_threads(callers, each, insert):
    rows = fresh(callers * each)
    barrier = threading.Barrier(callers + 1)
    failures = []

    def run(caller):
        try:
            with insert(caller) as one:
                barrier.wait()
                for row in rows[caller * each : (caller + 1) * each]:
                    one(row)
        except Exception as failure:
            failures.append(failure)
            barrier.abort()

    threads = [threading.Thread(target=run, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - start


class Own:
    """A connection for each caller."""

    def __init__(self, caller):
        self.connection = connect()

    def __enter__(self):
        return lambda row: self.connection.execute(INSERT, row)

    def __exit__(self, *_):
        self.connection.close()


class Shared:
    """One connection for all, which take turns."""

    lock = threading.Lock()

    def __init__(self, caller):
        pass

    def __enter__(self):
        def insert(row):
            with self.lock:
                main.execute(INSERT, row)

        return insert

    def __exit__(self, *_):
        pass


def together(request):
    ways = {"64 connections": Own, "one connection": Shared}
    times = {
        way: in_threads(request["callers"], request["count"], insert)
        for way, insert in ways.items()
    }
    way = min(times, key=times.get)
    return {"seconds": times[way], "way": way}


def bulk(request):
    open_store(os.path.join(folder, "bulk.sqlite"))
    count = main.execute("select count(*) from source.events").fetchone()[0]
    start = time.perf_counter()
    for first in range(1, count + 1, COMMIT_EVENTS):
        main.execute("begin immediate")
        main.execute(
            "insert into events (name, recorded, key, payload)"
            " select name, 1704067200000000, key, payload from source.events"
            " where i between ? and ?",
            (first, first + COMMIT_EVENTS - 1),
        )
        main.execute("commit")
    return {"seconds": time.perf_counter() - start, "count": count}


def read(request):
    start = time.perf_counter()
    # The length of a text is found by reading it.
    count, _ = main.execute(
        "select count(*), sum(length(name) + length(key) + length(payload)) from events"
    ).fetchone()
    return {"seconds": time.perf_counter() - start, "count": count}


def recompute(request):
    start = time.perf_counter()
    rows = main.execute("select * from nps").fetchall()
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "groups": [{"values": row[:2], "counts": row[2:]} for row in rows],
    }


def segment(request):
    # Whoever asks often has an index; making it is not counted.
    main.execute(INDEX)
    main.execute("analyze")
    query = (
        "select sum(score < 700), sum(score >= 700 and score < 900), sum(score >= 900)"
        " from responses where region = 'EMEA' and score is not null"
    )
    times = []
    for _ in range(request["count"]):
        start = time.perf_counter()
        row = main.execute(query).fetchone()
        times.append(time.perf_counter() - start)
    plan = " ".join(str(step[3]) for step in main.execute("explain query plan " + query))
    return {
        "seconds": statistics.median(times),
        "groups": [{"values": [], "counts": list(row)}],
        "way": plan,
    }


operations = {
    "open": open_first, "load": load, "alone": alone, "together": together, "bulk": bulk,
    "read": read, "recompute": recompute, "segment": segment,
}
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(operations[request["op"]](request)), flush=True)
