"""Puts a comment on a pull request, or updates it where an earlier run put it there.

Environment: COMMENT_FILE (Markdown that begins with a marker), PULL_REQUEST, GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY.
"""

import os
import sys

from github import GitHub, GitHubError, keep_one, marked, output


def main():
    github = GitHub()
    number = int(os.environ["PULL_REQUEST"])
    text, marker = marked(os.environ["COMMENT_FILE"])
    comment = keep_one(
        github,
        marker,
        look=lambda: github.get_all(f"/issues/{number}/comments"),
        create=lambda: github.send("POST", f"/issues/{number}/comments", {"body": text}),
        update=lambda found: github.send("PATCH", f"/issues/comments/{found['id']}", {"body": text}),
    )
    output("url", comment["html_url"])
    print(comment["html_url"])


if __name__ == "__main__":
    try:
        main()
    except GitHubError as error:
        sys.exit(f"::error::{error}")
