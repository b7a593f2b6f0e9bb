"""Prepares a root module and plans it, or looks for drift.

`run.py plan` or `run.py drift`. Environment: LANDFORM (the program), ROOT (the folder), NAME (root and environment), VAR_FILE,
BACKEND_CONFIG, ARGUMENTS (further ones, as in a shell), RUNNER_TEMP.

Always ends well: outputs say how it went, so that a comment can be made of it. Outputs: exit-code, has-changes, comment-file, and
plan-file where there is a plan.
"""

import os
import secrets
import shlex
import subprocess
import sys
import tempfile

from github import output

# What is shown of a log that a comment has no other words for.
TAIL = 20_000


def program(*arguments):
    """The command line of Landform in the root."""
    return [os.environ.get("LANDFORM") or "landform", f"-chdir={os.environ['ROOT']}", *arguments]


def environment():
    """As the runner has it, without what commands have no business with."""
    kept = {name: value for name, value in os.environ.items() if name not in ("GITHUB_TOKEN", "INPUT_TOKEN")}
    return {**kept, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def log(text):
    """Prints what others wrote, so that no line in it is a command to the runner."""
    if text:
        key = secrets.token_hex(16)
        print(f"::stop-commands::{key}\n{text}\n::{key}::", flush=True)


def start(command, *arguments):
    """Runs Landform; its standard output, its standard error, its exit code. The log has the second.

    The arguments are not printed: they may hold values of variables.
    """
    print(f"landform {command} in {os.environ['ROOT']!r}", flush=True)
    line = program(command, *arguments)
    ended = subprocess.run(line, env=environment(), capture_output=True, text=True, errors="replace", check=False)
    log(ended.stderr)
    return ended


def prepare():
    """`init`. What it said where it failed, else nothing."""
    given = ["-input=false", "-no-color"]
    if os.environ.get("BACKEND_CONFIG"):
        given.append(f"-backend-config={os.environ['BACKEND_CONFIG']}")
    ended = start("init", *given)
    log(ended.stdout)
    return None if ended.returncode == 0 else ended.stderr


def flags():
    """What plan and drift are given."""
    given = shlex.split(os.environ.get("ARGUMENTS", ""))
    if os.environ.get("VAR_FILE"):
        given.append(f"-var-file={os.environ['VAR_FILE']}")
    return ["-input=false", *given]


def fence(text):
    """Lines in a fence that nothing in them can close."""
    text = text.replace("\r", "\n")[-TAIL:]
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}text\n{text.strip()}\n{ticks}\n"


def failed(kind, command, said):
    """The comment where a command says nothing that is one."""
    name = os.environ["NAME"].replace("--", "-").replace("<", "").replace(">", "").replace("\n", " ")
    title = name.replace("`", "'")
    return f"<!-- landform-{kind}: {name} -->\n### Landform {kind}: `{title}`\n\n**`landform {command}` failed.**\n\n{fence(said)}"


def plan(folder):
    """The comment, the exit code, the plan file."""
    said = prepare()
    if said is not None:
        return failed("plan", "init", said), 1, None
    path = os.path.join(folder, "landform.plan")
    marker = f"-marker={os.environ['NAME']}"
    ended = start("plan", "-detailed-exitcode", f"-out={path}", "-format=markdown", marker, *flags())
    if ended.returncode not in (0, 2):
        return ended.stdout or failed("plan", "plan", ended.stderr), 1, None
    shown = start("show", "-no-color", path)
    log(shown.stdout)
    return ended.stdout, ended.returncode, path


def drift(_folder):
    """The report, the exit code."""
    said = prepare()
    if said is not None:
        return failed("drift", "init", said), 1, None
    ended = start("drift", "-format=markdown", *flags())
    log(ended.stdout)
    return ended.stdout or failed("drift", "drift", ended.stderr), ended.returncode, None


def main():
    folder = tempfile.mkdtemp(prefix="landform-", dir=os.environ.get("RUNNER_TEMP"))
    text, code, path = {"plan": plan, "drift": drift}[sys.argv[1]](folder)
    comment = os.path.join(folder, "comment.md")
    with open(comment, "w", encoding="utf-8") as file:
        file.write(text)
    output("exit-code", code)
    output("has-changes", "true" if code == 2 else "false")
    output("comment-file", comment)
    if path:
        output("plan-file", path)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with open(summary, "a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
