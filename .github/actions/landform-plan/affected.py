"""Finds the root modules and environments that a change affects: the matrix of a workflow.

`affected.py [--base SHA --head SHA] [--environment NAME] [--root PATTERN...]`, in the repository's top folder. Without `--base`, or
with one that is all zeros, all are affected. Prints JSON; outputs: matrix, any.

A root is affected when a file changed in its folder, in a local module that it uses, and that those use, or in another file or folder
that any of them names by a relative path. Where the file is that of one environment, only this environment is.

Root modules are folders with a `backend` block or a `*.tfbackend` file, or those that patterns name. Environments of a root are its
`NAME.tfvars` (but `terraform.tfvars` and `*.auto.tfvars`) and `NAME.tfbackend` or `NAME.*.tfbackend`; without any there is one, `default`.
"""

import argparse
import fnmatch
import json
import os
import pathlib
import re
import subprocess

from github import output

# A text that is a path from the module's folder: the source of a module, or the argument of `file` and the like.
RELATIVE = re.compile(r'"(?:\$\{path\.(?:module|root)\}/)?(\.\.?/[^"$]*)')

BACKEND = re.compile(r'^\s*backend\s+"', re.MULTILINE)


def git(*arguments):
    """The lines that git prints, ended by zeros."""
    ran = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    return [line for line in ran.stdout.split("\0") if line]


def configuration(folder):
    """The texts of a module's files."""
    files = [*sorted(folder.glob("*.tf")), *sorted(folder.glob("*.tf.json"))]
    return [file.read_text(encoding="utf-8", errors="replace") for file in files]


def is_root(folder):
    """Whether a folder is applied by itself."""
    return any(folder.glob("*.tfbackend")) or any(BACKEND.search(text) for text in configuration(folder))


def roots(patterns):
    """The folders of all root modules."""
    tracked = [pathlib.Path(path) for path in git("ls-files", "-z", "--", "*.tf", "*.tf.json")]
    folders = sorted({path.parent for path in tracked if path.exists()})
    if patterns:
        return [folder for folder in folders if any(fnmatch.fnmatch(folder.as_posix(), pattern) for pattern in patterns)]
    return [folder for folder in folders if is_root(folder)]


def used(root):
    """The root's folder and all that it uses, directly or not: folders and files."""
    seen = set()
    waiting = [root]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        if place.is_dir():
            found = (path for text in configuration(place) for path in RELATIVE.findall(text))
            waiting += [pathlib.Path(os.path.normpath(place / path)) for path in found]
    return seen


def environments(root):
    """Each environment's name and files, as a root has them."""
    found = {}
    for file in sorted(root.glob("*.tfvars")):
        if file.name != "terraform.tfvars" and not file.name.endswith(".auto.tfvars"):
            found.setdefault(file.name.removesuffix(".tfvars"), {})["var-file"] = file.name
    for file in sorted(root.glob("*.tfbackend")):
        found.setdefault(file.name.split(".")[0], {})["backend-config"] = file.name
    return found or {"default": {}}


def within(path, place):
    """Whether a changed file is a place or in it. The whole repository is no place: `../..` names more than it means."""
    return place == path or (place in path.parents and place != pathlib.Path("."))


def affected(root, others, changed):
    """The environments of a root that changed files affect: all that it has, some, or none."""
    own = environments(root)
    nested = [other for other in others if root in other.parents]
    mine = [path for path in changed if not any(other in path.parents for other in nested)]
    special = {root / file: name for name, files in own.items() for file in files.values()}
    places = used(root)
    touched = set()
    for path in mine:
        if path in special:
            touched.add(special[path])
        elif any(within(path, place) for place in places) or path.parent == root:
            return list(own)
    return [name for name in own if name in touched]


def entry(root, name, files):
    """One element of the matrix."""
    folder = root.as_posix()
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{folder}-{name}").strip("-.")
    both = {"var-file": files.get("var-file", ""), "backend-config": files.get("backend-config", "")}
    return {"root": folder, "environment": name, "name": f"{folder}/{name}", "artifact": f"landform-plan-{slug}", **both}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="")
    parser.add_argument("--head", default="HEAD")
    parser.add_argument("--environment", default="")
    parser.add_argument("--root", action="append", default=[])
    arguments = parser.parse_args()
    all_roots = roots(arguments.root)
    changed = None
    if arguments.base.strip("0"):
        names = git("diff", "--name-only", "--no-renames", "-z", f"{arguments.base}...{arguments.head}", "--")
        changed = [pathlib.Path(name) for name in names]
    include = []
    for root in all_roots:
        own = environments(root)
        names = list(own) if changed is None else affected(root, all_roots, changed)
        include += [entry(root, name, own[name]) for name in names if arguments.environment in ("", name)]
    matrix = json.dumps({"include": include})
    output("matrix", matrix)
    output("any", "true" if include else "false")
    print(matrix)


if __name__ == "__main__":
    main()
