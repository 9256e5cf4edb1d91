"""Writes ../workdays.csv: the days on which the State Council's yearly notices differ from the plain week.

Needs the package chinesecalendar (PyPI, MIT licence): pip install chinesecalendar==1.11.0, then python workdays.py
"""
import csv
import importlib.metadata
import pathlib

from chinese_calendar import constants

version = importlib.metadata.version("chinesecalendar")
rows = []
for day, name in constants.holidays.items():
    if day.weekday() < 5:
        rows.append((day.isoformat(), "off", name))
for day, name in constants.workdays.items():
    if day.weekday() >= 5:
        rows.append((day.isoformat(), "work", name))
years = sorted({d.year for d in constants.holidays})
out = pathlib.Path(__file__).parent.parent / "workdays.csv"
with out.open("w", newline="") as f:
    f.write(f"# Days off within the week and working days on weekends, {years[0]} to {years[-1]}.\n")
    f.write(f"# Made by sources/workdays.py from chinesecalendar {version} (PyPI, MIT licence), which follows the State Council's notices.\n")
    w = csv.writer(f, lineterminator="\n")
    w.writerow(["day", "is", "name"])
    w.writerows(sorted(rows))
