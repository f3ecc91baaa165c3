"""Groups the columns of all responses in memory, as a lens does. Reads requests line by line."""

import json
import statistics
import sys
import time

import duckdb

connection = duckdb.connect()


def load(file):
    connection.execute(
        "create table r (region utinyint, plan utinyint, score usmallint, detractor usmallint,"
        " promoter usmallint)"
    )
    connection.execute("copy r from '" + file.replace("'", "''") + "' (format csv, header false)")
    rows = connection.execute("select count(*) from r").fetchone()[0]
    return {"rows": rows, "version": duckdb.__version__}


STATED = "when score >= {promoter} then 2 when score >= {passive} then 1 else 0"
# The likeliest class, ties to the lower one; 6 where it is not likely enough.
INFERRED = """
    case when promoter > greatest(detractor, 10000::usmallint - detractor - promoter)
         then case when promoter >= {confidence} then 5 else 6 end
         when 10000::usmallint - detractor - promoter > detractor
         then case when 10000::usmallint - detractor - promoter >= {confidence} then 4 else 6 end
         else case when detractor >= {confidence} then 3 else 6 end end"""


def ways(basis):
    """Ways to write the question: which one is fastest is DuckDB's affair."""
    if basis == "stated":
        return {
            "by class": "select region, plan, (case " + STATED + " end)::utinyint k, count(*)"
            " from r where score is not null group by 1, 2, 3",
            "by score": "select region, plan, (case " + STATED + " end)::utinyint k, sum(n) from"
            " (select region, plan, score, count(*) n from r where score is not null"
            " group by 1, 2, 3) group by 1, 2, 3",
            "by sums": "select region, plan, unnest([2, 1, 0]) k, unnest([a, b, c]) from"
            " (select region, plan, sum((score >= {promoter})::int) a,"
            " sum((score >= {passive} and score < {promoter})::int) b,"
            " sum((score < {passive})::int) c from r where score is not null group by 1, 2)",
        }
    judged = "when detractor is null then 6 else " + INFERRED
    return {
        "by class": "select region, plan, (case when score is not null then case "
        + STATED + " end " + judged + " end)::utinyint k, count(*) from r group by 1, 2, 3",
        "in two parts": "select region, plan, (case " + STATED + " end)::utinyint k, count(*)"
        " from r where score is not null group by 1, 2, 3 union all select region, plan, ("
        + INFERRED + ")::utinyint k, count(*) from r"
        " where score is null and detractor is not null group by 1, 2, 3",
    }


def ask(request):
    connection.execute(f"set threads={int(request['threads'])}")
    found, best = None, None
    for way, query in ways(request["basis"]).items():
        query = query.format(
            promoter=int(request["promoterFrom"]), passive=int(request["passiveFrom"]),
            confidence=int(request["confidenceMin"]))
        rows = connection.execute(query).fetchall()
        times = []
        for _ in range(int(request["repeats"])):
            start = time.perf_counter()
            rows = connection.execute(query).fetchall()
            times.append(time.perf_counter() - start)
        groups = {}
        for region, plan, kind, count in rows:
            if kind < 6 and count:
                groups.setdefault((region, plan), [0] * 6)[kind] += int(count)
        listed = sorted([*key, *counts] for key, counts in groups.items())
        if found not in (None, listed):
            sys.exit("two ways to write the question differ")
        found = listed
        median = statistics.median(times)
        if best is None or median < best[0]:
            best = (median, way)
    return {"seconds": best[0], "way": best[1], "groups": found}


for line in sys.stdin:
    request = json.loads(line)
    answer = load(request["file"]) if request["op"] == "load" else ask(request)
    print(json.dumps(answer), flush=True)
