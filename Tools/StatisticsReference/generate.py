#!/usr/bin/env python3
"""Writes what statsmodels and exact fractions say, for Tests/NPSStatisticsTests to compare with.

    python3 -m venv venv && venv/bin/pip install statsmodels==0.15.0
    venv/bin/python Tools/StatisticsReference/generate.py >Tests/NPSStatisticsTests/StatisticsReference.swift

Cluster-robust errors are those of ordinary least squares of the answers on the selection they are
in, clustered by person; an answer in both selections is there twice. Permutation p are counted out.
"""
import random
from fractions import Fraction
from math import comb

import numpy as np
import statsmodels
import statsmodels.api as sm

random.seed(13)


def clustered(values, columns, persons):
    fit = sm.OLS(np.array(values, float), np.array(columns, float)).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(persons), "use_correction": False})
    return fit.params[-1], fit.bse[-1]


def case(name, people):
    """people: for each person the answers in A alone, in both, and in B alone, in basis points."""
    x, columns, persons, single, single_persons = [], [], [], [], []
    for person, (only_first, shared, only_second) in enumerate(people):
        for in_first, answers in ((1, only_first + shared), (0, shared + only_second)):
            for answer in answers:
                x.append(answer / 1e4)
                columns.append([1, in_first])
                persons.append(person)
                if in_first:
                    single.append(answer / 1e4)
                    single_persons.append(person)
    difference, error = clustered(x, columns, persons)
    mean, single_error = clustered(single, [[1]] * len(single), single_persons)
    print(f'        Clustered(\n            name: "{name}",\n            people: [')
    for parts in people:
        print(f"                {[list(part) for part in parts]},")
    print(f"            ], difference: {difference!r}, error: {error!r},".replace("np.float64(", "")
          .replace(")", ""))
    print(f"            mean: {mean!r}, meanError: {single_error!r}".replace("np.float64(", "")
          .replace(")", "") + "\n        ),")


def answers(low, high, lean=0.0):
    base = random.choice((-10000, 0, 10000, 10000))
    count = random.randint(low, high)
    return [base if random.random() < 0.6 else random.choice((-10000, 0, 10000))
            for _ in range(count)]


def permutation(first, second):
    pool = [a + b for a, b in zip(first, second)]
    n, size = sum(first), sum(pool)
    total = pool[2] - pool[0]
    reach = abs(size * (first[2] - first[0]) - n * total)
    hits = 0
    for d in range(min(n, pool[0]) + 1):
        for q in range(min(n - d, pool[2]) + 1):
            p = n - d - q
            if p <= pool[1] and abs(size * (q - d) - n * total) >= reach:
                hits += comb(pool[0], d) * comb(pool[1], p) * comb(pool[2], q)
    p = float(Fraction(hits, comb(size, n)))
    print(f"        ({list(first)}, {list(second)}, {p!r}),")


print("// Written by Tools/StatisticsReference, which says how; statsmodels", statsmodels.__version__)
print("enum StatisticsReference {")
print("    struct Clustered: Sendable {")
print("        let name: String")
print("        /// Of each person the answers in A alone, in both selections and in B alone.")
print("        let people: [[[Int]]]")
print("        let difference, error, mean, meanError: Double")
print("    }\n")
print("    static let clustered: [Clustered] = [")
case("everybody once", [(answers(1, 1), [], []) for _ in range(9)]
     + [([], [], answers(1, 1)) for _ in range(12)])
case("the same people twice", [(answers(1, 1), [], answers(1, 1)) for _ in range(14)])
case("people who answer often, in one selection each",
     [(answers(1, 5), [], []) for _ in range(7)] + [([], [], answers(1, 5)) for _ in range(9)])
case("some in both", [(answers(0, 3), [], answers(0, 2)) for _ in range(16)])
case("windows that overlap", [(answers(0, 2), answers(0, 2), answers(0, 2)) for _ in range(16)])
case("a part beside the whole", [([], answers(1, 3), answers(0, 1)) for _ in range(6)]
     + [([], [], answers(1, 3)) for _ in range(10)])
case("inferred answers", [([random.randint(-10000, 10000) for _ in range(random.randint(0, 3))],
                           [random.randint(-10000, 10000) for _ in range(random.randint(0, 1))],
                           [random.randint(-10000, 10000) for _ in range(random.randint(0, 2))])
                          for _ in range(15)])
print("    ]\n")
print("    /// Detractors, passives and promoters of either, and the two-sided p.")
print("    static let permutations: [([Int], [Int], Double)] = [")
for pair in [((0, 0, 3), (3, 0, 0)), ((0, 0, 5), (3, 1, 1)), ((0, 0, 4), (3, 1, 0)),
             ((0, 0, 10), (2, 2, 6)), ((1, 0, 0), (0, 0, 1)), ((2, 3, 4), (4, 6, 8)),
             ((5, 0, 5), (9, 0, 31)), ((7, 0, 0), (20, 0, 80)), ((0, 6, 0), (12, 30, 40)),
             ((12, 5, 3), (200, 300, 500)), ((0, 1, 39), (50, 100, 250)),
             ((30, 5, 5), (100, 150, 250)), ((1, 0, 19), (3, 900, 40)),
             ((90, 60, 50), (2000, 3000, 5000)), ((60, 90, 250), (80, 120, 200))]:
    permutation(*pair)
print("    ]")
print("}")
