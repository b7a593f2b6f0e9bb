"""The GitHub REST API, as far as the actions use it.

Asks again where that helps: after a rate limit, a server error or a lost connection. The token goes to the API's own address and
nowhere else, and is in no message.
"""

import json
import os
import time
import urllib.error
import urllib.request

TRIES = 6

# No limit is waited for longer than this.
LONGEST_WAIT = 900


class GitHubError(Exception):
    """A call that failed for good."""


class Unclear(GitHubError):
    """A call that changes something, and of which is not known whether it did."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token must not follow to another address."""

    def redirect_request(self, *_):
        return None


class GitHub:
    """One repository."""

    def __init__(self, environment=os.environ, sleep=time.sleep):
        self.token = environment.get("GITHUB_TOKEN", "")
        self.api = environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        self.repository = environment["GITHUB_REPOSITORY"]
        self.pause = float(environment.get("LANDFORM_RETRY_SECONDS", "2"))
        self.sleep = sleep
        self.opener = urllib.request.build_opener(_NoRedirects)
        if not self.token:
            raise GitHubError("There is no token: give the action's input `token`.")

    @property
    def is_app(self):
        """Whether the token is that of a workflow or another app: then what it wrote is by a bot."""
        return self.token.startswith("ghs_")

    def get_all(self, path, key=None):
        """All items of a list, page by page. Of an object with a list in it, `key` says where."""
        separator = "&" if "?" in path else "?"
        url = f"{self.api}/repos/{self.repository}{path}{separator}per_page=100"
        while url:
            page, headers = self._call("GET", url)
            yield from (page[key] if key else page)
            url = self._next(headers.get("Link", ""))

    def send(self, method, path, body):
        """Creates or changes an object.

        Raises `Unclear` where a creation may have happened all the same; whoever calls looks, and begins anew.
        """
        return self._call(method, f"{self.api}/repos/{self.repository}{path}", body)[0]

    def _next(self, link):
        for part in link.split(","):
            address, _, relation = part.partition(";")
            if 'rel="next"' in relation:
                url = address.strip().strip("<>")
                if not url.startswith(self.api + "/"):
                    raise GitHubError("The next page is at another address than the API.")
                return url
        return None

    def _call(self, method, url, body=None):
        what = f"{method} {url.removeprefix(self.api)}"
        for attempt in range(TRIES):
            try:
                return self._once(method, url, body)
            except urllib.error.HTTPError as error:
                wait = self._wait_after(error, attempt)
                problem = f"{what}: {error.code} {_message(error)}"
                if wait is None:
                    raise GitHubError(problem) from None
                unclear = error.code >= 500
            except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError) as error:
                wait = self.pause * 2**attempt
                problem = f"{what}: {getattr(error, 'reason', error)}"
                unclear = True
            if unclear and method == "POST":
                self.sleep(wait)
                raise Unclear(problem)
            if attempt + 1 < TRIES:
                print(f"{problem}; again in {wait:g} s", flush=True)
                self.sleep(wait)
        raise GitHubError(f"{problem}, {TRIES} times")

    def _once(self, method, url, body):
        request = urllib.request.Request(url, method=method)
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        request.add_header("User-Agent", "landform-actions")
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with self.opener.open(request, timeout=60) as response:
            return json.loads(response.read() or b"null"), response.headers

    def _wait_after(self, error, attempt):
        """Seconds until another try; none where that would not help."""
        headers = error.headers
        is_limit = error.code == 429 or (
            error.code == 403 and ("Retry-After" in headers or headers.get("X-RateLimit-Remaining") == "0")
        )
        if is_limit and "Retry-After" in headers:
            return min(float(headers["Retry-After"]), LONGEST_WAIT)
        if is_limit and "X-RateLimit-Reset" in headers:
            return min(max(float(headers["X-RateLimit-Reset"]) - time.time(), 0) + 1, LONGEST_WAIT)
        if is_limit or error.code >= 500:
            return self.pause * 2**attempt
        return None


def _message(error):
    try:
        return json.loads(error.read())["message"]
    except (ValueError, KeyError, TypeError):
        return error.reason


def keep_one(github, marker, look, create, update):
    """Creates what is marked so, or updates it where it is there.

    `look` gives all candidates; one whose body begins with the marker is it. A creation of which is not known whether it
    happened is looked for before it is tried again.
    """
    for attempt in range(TRIES):
        mine = (item for item in look() if (item.get("body") or "").startswith(marker) and _is_ours(github, item))
        found = next(mine, None)
        try:
            return update(found) if found else create()
        except Unclear as problem:
            print(f"{problem}; looking whether it happened", flush=True)
            if attempt + 1 == TRIES:
                raise


def _is_ours(github, item):
    """Anybody can write a marker into a comment. What another wrote could be changed by them behind our back."""
    return not github.is_app or (item.get("user") or {}).get("type") == "Bot"


def output(name, value):
    """Sets an output of the step."""
    path = os.environ.get("GITHUB_OUTPUT")
    if "\n" in str(value):
        raise ValueError(f"the output {name} has more than one line")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")


def marked(path):
    """A Markdown file and its first line, by which it is found again."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    marker = text.partition("\n")[0]
    if not marker.startswith("<!-- landform-"):
        raise GitHubError(f"{path} does not begin with a marker.")
    return text, marker
