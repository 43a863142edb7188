#!/usr/bin/env python3
"""Generates ignore files and writes down what BuildKit keeps of one small tree with each of them.

usage: record.py SEED COUNT OUT        the known cases and COUNT others of each kind (.dockerignore and
                                       --exclude), the same for the same seed

Needs `docker buildx build`. PEER_ROOT names a root directory to run it in with chroot(1). A case is one line of OUT:
kind, the patterns with tabs between, " => " and the paths that were kept (directories with a slash), or "refused". The
first line is the tree.
IGNORE_CASES=OUT with the unit tests compares sharpbuild with a longer list than `cases.txt`.
"""
import io, os, random, shutil, subprocess, sys, tarfile, tempfile

ROOT = os.environ.get("PEER_ROOT", "")
TREE = """README.md a.txt .env .git/HEAD .git/refs/x a/x a/b/x a/b/c/x a/void/ ab/x abc/x.md src/m.c src/lib/m.c src/lib/deep/n.md
src/lib/deep/m.c docs/i.md docs/img/p.png docs/a/b/x node_modules/p/i.js node_modules/p/src/m.c !x/y void/ b c/b/x""".split()
NAMES = "a b c src lib deep docs img .git node_modules p ab abc x void !x".split()
FILES = "x m.c i.md n.md README.md a.txt .env p.png i.js HEAD".split()
GLOBS = ["*", "*", "*", "**", "**", "*.md", "*.c", "?", "a*", "*b", "[a-c]*", "[^a]*", "**.md", "**x", "a**", "?rc", "s*c", ".*", "d?cs"]
# Not "\\a": BuildKit hands it to a regular expression, where it is the bell; here it is an "a", as Go's filepath.Match has it.
ODD = ["", ".", "..", "[", "a[", "a\\", "a^", "]", "{a}", "a,b", "a\\*", "a+"]
# Written by people.
KNOWN = [t.split("|") for t in """*|!src/* *|!src/** *|!src *|!src/lib **|!src/* **/*|!src/** *|!**/x *|!*/*.c a|!a/* a|!a/b/* a|!a/*/** a/*|!a/b src/**|!src/lib/**
*|!src/lib/*.c *|!src|src/lib *|!/src/* *|!./src/ *|!a*/* *|!s?c *|!src/lib/deep/.. !src|* docs|!docs/a/b/x a/**|!a/b/c ** * . / ./ .. !. !/ !/. !./ !.. !../..
!/.. ! !! !!x *|!!x *|!!!x a/./b a//b/ /a/../src *|!docs/*|docs/img *|!docs/*/* node_modules|!node_modules/p/*.js **/node_modules *|!]/x *|!a^/x""".split()]

def pattern(rng):
    if rng.random() < 0.03:
        parts = [rng.choice(ODD)]
    else:
        path = rng.choice(TREE).rstrip("/").split("/")
        parts = path[:rng.randint(1, len(path))] if rng.random() < 0.6 else [rng.choice(NAMES) for _ in range(rng.randint(0, 2))] + [rng.choice(NAMES + FILES)]
        for _ in range(rng.choice([0, 0, 1, 1, 2])):
            at = rng.randrange(len(parts) + 1)
            if at < len(parts) and rng.random() < 0.5: parts[at] = rng.choice(GLOBS)
            else: parts.insert(at, rng.choice(GLOBS))
        if rng.random() < 0.04: parts.insert(rng.randrange(len(parts) + 1), rng.choice(["..", ".", ""]))
    text = "/".join(parts)
    if rng.random() < 0.12: text = rng.choice(["/", "./", "//", "../"]) + text
    if rng.random() < 0.12: text += "/"
    return text

def lines(rng, kind):
    found = []
    for i in range(rng.choice([1, 2, 2, 2, 3, 3, 3, 4, 5, 6])):
        text = pattern(rng)
        if i == 0 and rng.random() < 0.4: text = rng.choice(["*", "**", "**/*", "*/*", "src", "a", "docs/*", "/*", "*/**"])
        elif i > 0 and rng.random() < 0.55 or rng.random() < 0.05: text = "!" + (" " if kind == "ignore" and rng.random() < 0.05 else "") + text
        if kind == "ignore" and rng.random() < 0.03: text = rng.choice(["#", " #", " ", "!!"]) + text
        found.append(text)
    if kind == "exclude": found = [t for t in found if t and "\\" not in t] or ["*"]
    return found

def make_tree(directory):
    for name in TREE:
        path = os.path.join(directory, name)
        os.makedirs(path if name.endswith("/") else os.path.dirname(path), exist_ok=True)
        if not name.endswith("/"): open(path, "w").close()

def build(cases, work):
    args, dockerfile = ["docker", "buildx", "build", "--progress", "plain"], ["FROM scratch"]
    inside = work[len(ROOT):]
    plain = os.path.join(work, "plain")
    for number, (kind, patterns) in enumerate(cases):
        name = f"c{number}"
        directory = plain
        if kind == "ignore":
            directory = os.path.join(work, name)
            shutil.copytree(plain, directory)
            with open(os.path.join(directory, ".dockerignore"), "w") as file: file.write("\n".join(patterns) + "\n")
            args += ["--build-context", f"{name}={inside}/{name}"]
            dockerfile.append(f"COPY --from={name} / /{name}/")
        else:
            dockerfile.append(f"COPY {' '.join('--exclude=' + p for p in patterns)} / /{name}/")
    with open(os.path.join(work, "Dockerfile"), "w") as file: file.write("\n".join(dockerfile) + "\n")
    command = args + ["-f", f"{inside}/Dockerfile", "-o", f"type=tar,dest={inside}/out.tar", inside + "/plain"]
    done = subprocess.run((["chroot", ROOT] if ROOT else []) + command, capture_output=True, text=True)
    kept = None
    if done.returncode == 0:
        kept = {number: [] for number in range(len(cases))}
        with tarfile.open(os.path.join(work, "out.tar")) as tar:
            for member in tar:
                top, _, rest = member.name.partition("/")
                if rest and rest != ".dockerignore": kept[int(top[1:])].append(rest + ("/" if member.isdir() else ""))
    elif "pattern" not in done.stderr:
        sys.exit(done.stderr[-2000:])
    for number, (kind, _) in enumerate(cases):
        if kind == "ignore": shutil.rmtree(os.path.join(work, f"c{number}"))
    return kept

def record(cases, work, out):
    kept = build(cases, work)
    if kept is None and len(cases) > 1:
        half = len(cases) // 2
        record(cases[:half], work, out)
        record(cases[half:], work, out)
        return
    for number, (kind, patterns) in enumerate(cases):
        out.write(f"{kind}\t" + "\t".join(patterns) + " => " + ("refused" if kept is None else " ".join(sorted(kept[number]))) + "\n")
    out.flush()

def main():
    rng, count = random.Random(int(sys.argv[1])), int(sys.argv[2])
    cases = [(kind, tuple(patterns)) for kind in ("ignore", "exclude") for patterns in KNOWN]
    cases += sorted({(kind, tuple(lines(rng, kind))) for kind in ("ignore", "exclude") for _ in range(count)} - set(cases))
    # Refused ones are kept together: a batch with one of them has to be taken apart.
    odd = lambda case: any(p.lstrip("! ").strip("/.") == "" or "[" == p[-1:] or p.endswith(("\\", "[/")) or ".." in p for p in case[1])
    work = tempfile.mkdtemp(dir=ROOT + "/var/tmp")
    os.makedirs(os.path.join(work, "plain"))
    make_tree(os.path.join(work, "plain"))
    with open(sys.argv[3], "w") as out:
        out.write("tree => " + " ".join(sorted(TREE)) + "\n")
        for group, size in ((False, 80), (True, 4)):
            chosen = [c for c in cases if odd(c) == group]
            for at in range(0, len(chosen), size): record(chosen[at:at + size], work, out)
    shutil.rmtree(work)

main()
