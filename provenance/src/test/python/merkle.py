"""RFC 6962 section 2.1 as it is written there, in three functions, over what our tree says.

merkle.py FILE: JSON, a list of {leaves, root, inclusion: [[m, [hash, ...]], ...], consistency: [[m, [...]], ...]};
the leaves of a tree are the numbers from 0 as decimal text. Prints the first difference.
"""

import functools
import hashlib
import json
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


@functools.cache
def mth(first, last):
    """MTH(D[first:last])"""
    n = last - first
    if n == 0:
        return sha256(b"")
    if n == 1:
        return sha256(b"\0" + str(first).encode())
    k = first + split(n)
    return sha256(b"\1" + mth(first, k) + mth(k, last))


def path(m, first, last):
    """PATH(m, D[first:last]), section 2.1.1"""
    n = last - first
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return path(m, first, first + k) + [mth(first + k, last)]
    return path(m - k, first + k, last) + [mth(first, first + k)]


def subproof(m, first, last, whole):
    """SUBPROOF(m, D[first:last], b), section 2.1.2"""
    n = last - first
    if m == n:
        return [] if whole else [mth(first, last)]
    k = split(n)
    if m <= k:
        return subproof(m, first, first + k, whole) + [mth(first + k, last)]
    return subproof(m - k, first + k, last, False) + [mth(first, first + k)]


checked = 0
for tree in json.load(open(sys.argv[1], encoding="ascii")):
    n = tree["leaves"]
    assert mth(0, n).hex() == tree["root"], f"root of {n}"
    for m, hashes in tree["inclusion"]:
        assert [h.hex() for h in path(m, 0, n)] == hashes, f"inclusion of {m} in {n}"
    for m, hashes in tree["consistency"]:
        assert [h.hex() for h in subproof(m, 0, n, True)] == hashes, f"consistency of {m} with {n}"
    checked += 1 + len(tree["inclusion"]) + len(tree["consistency"])
print(checked)
