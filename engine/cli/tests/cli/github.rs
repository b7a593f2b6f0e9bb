//! A small GitHub: comments, issues, pull requests and artifacts over HTTP, strict about how it is asked, with faults on demand.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value as Json, json};

/// What scripts are given as the token. It must never be seen.
pub(crate) const TOKEN: &str = "ghs_t0kenThatMustNotShow";

/// A running server.
#[derive(Clone)]
pub(crate) struct GitHub {
    /// Its address.
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

/// What it holds, and what it was asked.
#[derive(Default)]
pub(crate) struct State {
    /// Comments by issue.
    pub(crate) comments: Vec<(u64, Json)>,
    /// Issues.
    pub(crate) issues: Vec<Json>,
    /// Pull requests of any commit.
    pub(crate) pulls: Vec<Json>,
    /// Artifacts.
    pub(crate) artifacts: Vec<Json>,
    /// Answers to give instead of its own, first in, first out.
    pub(crate) faults: VecDeque<Fault>,
    /// Such answers to what creates.
    pub(crate) faults_of_posts: VecDeque<Fault>,
    /// `METHOD path` of each call.
    pub(crate) calls: Vec<String>,
    /// What callers did wrong.
    wrong: Vec<String>,
}

/// An answer that is no answer.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// A status with headers; nothing is done.
    Refused(u16, &'static str),
    /// What was asked is done, and then the status is given.
    DoneAndRefused(u16),
    /// The connection ends without an answer.
    HungUp,
}

struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Json,
}

struct Answer {
    status: u16,
    headers: String,
    body: Json,
}

impl GitHub {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let github = Self { url, state: Arc::default() };
        let server = github.clone();
        std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| server.serve(stream)));
        github
    }

    /// What it holds.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    /// The calls so far, which are forgotten; none of them was wrong.
    #[track_caller]
    pub(crate) fn calls(&self) -> Vec<String> {
        let mut state = self.state();
        assert_eq!(state.wrong, [""; 0]);
        std::mem::take(&mut state.calls)
    }

    /// The bodies of the comments on an issue that begin with a marker.
    pub(crate) fn marked(&self, marker: &str) -> Vec<String> {
        let state = self.state();
        let bodies = state.comments.iter().filter_map(|(_, comment)| comment["body"].as_str());
        bodies.filter(|body| body.starts_with(marker)).map(str::to_owned).collect()
    }

    fn serve(&self, mut stream: TcpStream) {
        let Some(request) = read(&stream) else { return };
        let mut state = self.state();
        state.calls.push(format!("{} {}", request.method, request.path));
        let problems = problems_of(&request);
        state.wrong.extend(problems);
        let of_posts = if request.method == "POST" { state.faults_of_posts.pop_front() } else { None };
        let answer = match of_posts.or_else(|| state.faults.pop_front()) {
            None => state.answer(&request, &self.url),
            Some(Fault::HungUp) => return,
            Some(Fault::Refused(status, headers)) => refused(status, headers),
            Some(Fault::DoneAndRefused(status)) => {
                state.answer(&request, &self.url);
                refused(status, "")
            }
        };
        drop(state);
        let body = answer.body.to_string();
        let _ = write!(
            stream,
            "HTTP/1.1 {} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{body}",
            answer.status,
            body.len(),
            answer.headers
        );
    }
}

fn refused(status: u16, headers: &str) -> Answer {
    Answer { status, headers: headers.to_owned(), body: json!({ "message": "not now" }) }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let body = serde_json::from_slice(&body).unwrap_or(Json::Null);
    Some(Request { method, path: path.to_owned(), query: query.to_owned(), headers, body })
}

/// How GitHub wants to be asked.
fn problems_of(request: &Request) -> Vec<String> {
    let wanted = [
        ("authorization", format!("Bearer {TOKEN}")),
        ("accept", "application/vnd.github+json".into()),
        ("x-github-api-version", "2022-11-28".into()),
    ];
    let has = |name: &str, value: &str| request.headers.iter().any(|(found, given)| found == name && given == value);
    let mut problems: Vec<String> = wanted
        .iter()
        .filter(|(name, value)| !has(name, value))
        .map(|(name, _)| format!("{} {}: wrong {name}", request.method, request.path))
        .collect();
    let writes = request.method != "GET";
    if writes && (!request.body.is_object() || !has("content-type", "application/json")) {
        problems.push(format!("{} {}: no JSON", request.method, request.path));
    }
    let too_long = request.body["body"].as_str().is_some_and(|body| body.chars().count() > 65_536);
    if too_long {
        problems.push(format!("{} {}: too long", request.method, request.path));
    }
    problems
}

impl State {
    fn answer(&mut self, request: &Request, url: &str) -> Answer {
        let Some(path) = request.path.strip_prefix("/repos/octo/infra/") else { return not_found() };
        let parts: Vec<&str> = path.split('/').collect();
        match (request.method.as_str(), &parts[..]) {
            ("GET", ["issues", number, "comments"]) => {
                let number: u64 = number.parse().unwrap_or_default();
                let found = self.comments.iter().filter(|(issue, _)| *issue == number);
                page(found.map(|(_, comment)| comment.clone()).collect(), request, url, None)
            }
            ("POST", ["issues", number, "comments"]) => {
                let id = self.comments.len() as u64 + 1;
                let comment = json!({ "id": id, "body": request.body["body"], "user": { "type": "Bot" }, "html_url": format!("http://x/{id}") });
                self.comments.push((number.parse().unwrap_or_default(), comment.clone()));
                Answer { status: 201, headers: String::new(), body: comment }
            }
            ("PATCH", ["issues", "comments", id]) => {
                let found = self.comments.iter_mut().find(|(_, comment)| comment["id"].as_u64() == id.parse().ok());
                changed(found.map(|(_, comment)| comment), &request.body)
            }
            ("GET", ["issues"]) => {
                let open = self.issues.iter().filter(|issue| issue["state"] == "open").cloned().collect();
                page(open, request, url, None)
            }
            ("POST", ["issues"]) => {
                let mut issue = request.body.clone();
                let number = self.issues.len() + 1;
                issue["number"] = json!(number);
                issue["state"] = json!("open");
                issue["user"] = json!({ "type": "Bot" });
                issue["html_url"] = json!(format!("http://x/issue/{number}"));
                self.issues.push(issue.clone());
                Answer { status: 201, headers: String::new(), body: issue }
            }
            ("PATCH", ["issues", number]) => changed(
                self.issues.iter_mut().find(|issue| issue["number"].as_u64() == number.parse().ok()),
                &request.body,
            ),
            ("GET", ["commits", _, "pulls"]) => page(self.pulls.clone(), request, url, None),
            ("GET", ["actions", "artifacts"]) => page(self.artifacts.clone(), request, url, Some("artifacts")),
            _ => not_found(),
        }
    }
}

fn not_found() -> Answer {
    Answer { status: 404, headers: String::new(), body: json!({ "message": "Not Found" }) }
}

fn changed(found: Option<&mut Json>, changes: &Json) -> Answer {
    let Some(found) = found else { return not_found() };
    for (name, value) in changes.as_object().into_iter().flatten() {
        found[name] = value.clone();
    }
    Answer { status: 200, headers: String::new(), body: found.clone() }
}

/// A page of a list, and where the next one is.
fn page(all: Vec<Json>, request: &Request, url: &str, key: Option<&str>) -> Answer {
    let given = |name: &str| {
        let pair = request.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(found, _)| *found == name);
        pair.and_then(|(_, value)| value.parse::<usize>().ok())
    };
    let (size, number) = (given("per_page").unwrap_or(30).min(100), given("page").unwrap_or(1));
    let more = all.len() > size * number;
    let items: Vec<Json> = all.into_iter().skip(size * (number - 1)).take(size).collect();
    let link = format!(
        "Link: <{url}{}?per_page={size}&page={}>; rel=\"next\", <{url}>; rel=\"last\"\r\n",
        request.path,
        number + 1
    );
    let body = match key {
        Some(key) => json!({ "total_count": items.len(), key: items }),
        None => Json::Array(items),
    };
    Answer { status: 200, headers: if more { link } else { String::new() }, body }
}
