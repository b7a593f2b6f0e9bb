"""Finds the plan that was shown on the pull request of a commit, so that just this plan is applied.

Environment: COMMIT (what was merged), ARTIFACT (the name of the plan's artifact), GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY.
Outputs: run-id, artifact-id, pull-request.
"""

import os
import sys
import urllib.parse

from github import GitHub, GitHubError, output


def main():
    github = GitHub()
    commit, name = os.environ["COMMIT"], os.environ["ARTIFACT"]
    pulls = [pull for pull in github.get_all(f"/commits/{commit}/pulls") if pull.get("merged_at")]
    if not pulls:
        raise GitHubError(f"The commit {commit} comes from no pull request that was merged: there is no plan to apply.")
    pull = next((pull for pull in pulls if pull.get("merge_commit_sha") == commit), pulls[0])
    head = pull["head"]["sha"]
    artifacts = github.get_all(f"/actions/artifacts?name={urllib.parse.quote(name)}", key="artifacts")
    # A run of a fork could upload what it likes under any name.
    repository = pull["base"]["repo"]["id"]
    fitting = [
        artifact
        for artifact in artifacts
        if not artifact["expired"]
        and artifact["workflow_run"]["head_sha"] == head
        and artifact["workflow_run"]["head_repository_id"] == repository
    ]
    if not fitting:
        raise GitHubError(
            f"There is no plan {name} of the commit {head} of pull request #{pull['number']}, or it has expired. "
            "Run the plan workflow of the pull request again, then this one."
        )
    newest = max(fitting, key=lambda artifact: artifact["created_at"])
    output("run-id", newest["workflow_run"]["id"])
    output("artifact-id", newest["id"])
    output("pull-request", pull["number"])
    print(f"the plan of run {newest['workflow_run']['id']} for pull request #{pull['number']}")


if __name__ == "__main__":
    try:
        main()
    except GitHubError as error:
        sys.exit(f"::error::{error}")
