"""Opens an issue about drift, or updates the one that is open; closes it when there is none any more.

Environment: DRIFT_FILE (Markdown), DRIFT_NAME (what drifted), EXIT_CODE (of `landform drift`: 0 in sync, 2 drift), GITHUB_TOKEN,
GITHUB_API_URL, GITHUB_REPOSITORY.
"""

import os
import sys

from github import GitHub, GitHubError, keep_one, output

LABEL = "landform-drift"

# GitHub refuses more than 65,536 characters.
LONGEST = 60_000


def body(marker, text):
    """The text behind its marker, cut at the end of a line where it is too long."""
    lines = []
    room = LONGEST - len(marker.encode())
    fence = ""
    for line in text.splitlines():
        room -= len(line.encode()) + 1
        if room < 200:
            lines += [fence] if fence else []
            lines.append("\nThe rest is left out for want of room; `landform drift` shows it.")
            break
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if len(ticks) >= 3:
            fence = "" if fence and len(ticks) >= len(fence) else fence or ticks
        lines.append(line)
    return "\n".join([marker, *lines]) + "\n"


def main():
    github = GitHub()
    name = os.environ["DRIFT_NAME"].replace("\n", " ").replace("--", "-").replace("<", "").replace(">", "")
    marker = f"<!-- landform-drift: {name} -->"

    def look():
        issues = github.get_all(f"/issues?state=open&labels={LABEL}")
        return (issue for issue in issues if "pull_request" not in issue)

    def close():
        for issue in look():
            if (issue.get("body") or "").startswith(marker):
                github.send("PATCH", f"/issues/{issue['number']}", {"state": "closed", "state_reason": "completed"})
                print(f"closed {issue['html_url']}")

    if os.environ["EXIT_CODE"] == "0":
        close()
        return
    with open(os.environ["DRIFT_FILE"], encoding="utf-8") as file:
        text = body(marker, file.read())
    content = {"title": f"Drift: {name}", "body": text}
    issue = keep_one(
        github,
        marker,
        look=look,
        create=lambda: github.send("POST", "/issues", {**content, "labels": [LABEL]}),
        update=lambda found: github.send("PATCH", f"/issues/{found['number']}", content),
    )
    output("url", issue["html_url"])
    print(issue["html_url"])


if __name__ == "__main__":
    try:
        main()
    except GitHubError as error:
        sys.exit(f"::error::{error}")
