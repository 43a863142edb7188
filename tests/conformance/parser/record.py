#!/usr/bin/env python3
"""Asks a real BuildKit about every case and writes its answer beside the case as buildkit.txt.

Usage: record.py [--command 'docker buildx'] [--cases DIR] [CASE…]

Needs a builder that can see images called a, b, … (see BASES). Only facts are kept: whether the file is accepted, the line of the
error, and the rule and lines of each finding. CI compares with them and needs no Docker.
"""
import argparse
import json
import pathlib
import re
import shlex
import subprocess

BASES = ("a b c d e x a:1 e/a:1 base:1 node:20-alpine node:22-alpine golang:1.26 php:8.3-fpm "
         "mcr.microsoft.com/dotnet/sdk:10.0 mcr.microsoft.com/dotnet/aspnet:10.0").split()


def lines(location):
    ranges = (location or {}).get("ranges") or []
    if not ranges:
        return "-"
    first, last = ranges[0]["start"].get("line", 0), ranges[-1]["end"].get("line", 0)
    return str(first) if first == last else f"{first}-{last}"


def ask(command, folder):
    # A builder without network cannot fetch the frontend that it has built in; the default escape keeps the line a directive.
    text = re.sub(rb"^# syntax=docker/dockerfile.*$", rb"# escape=\\", (folder / "Dockerfile").read_bytes(), flags=re.M)
    run = subprocess.run([*command, "build", "--call=check,format=json", "--progress=none", "-f", "-", "."], cwd=folder, input=text, capture_output=True, check=False)
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        return "rejects -\n", run.stderr.decode(errors="replace")
    error = answer.get("buildError")
    found = sorted(f"{w['ruleName']} {lines(w.get('location'))}" for w in answer["warnings"] or [])
    head = f"rejects {lines(error.get('location'))}" if error else "accepts"
    return "\n".join([head, *found]) + "\n", (error or {}).get("message", "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", default="docker buildx")
    parser.add_argument("--cases", default=str(pathlib.Path(__file__).parent / "cases"))
    parser.add_argument("--tag-bases", action="store_true", help="give the image busybox the names that the cases build on")
    parser.add_argument("--verbose", action="store_true", help="print what BuildKit says about files that it rejects")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.tag_bases:
        for name in BASES:
            subprocess.run(["docker", "tag", "busybox", name], check=True)
    for folder in sorted(pathlib.Path(options.cases).iterdir()):
        if (folder / "Dockerfile").exists() and (not options.names or folder.name in options.names):
            answer, message = ask(shlex.split(options.command), folder)
            (folder / "buildkit.txt").write_text(answer)
            if options.verbose and message:
                print(f"{folder.name}: {message.strip()}")


if __name__ == "__main__":
    main()
