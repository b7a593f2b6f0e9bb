//! What pull requests get: the actions with the real program, a small GitHub, and workflows that fit them.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};

use crate::actions::{self, action_folder, repository, yaml};
use crate::environment::{Ran, TestEnvironment};
use crate::github::{Fault, GitHub, TOKEN};

const ROOT: &str = "variable \"n\" {\n  default = 1\n}\nresource \"terraform_data\" \"a\" {\n  count = var.n\n}\n";

const MARKER: &str = "<!-- landform-plan: infra/staging -->\n";

/// A root module in the folder `infra`.
fn root(text: &str) -> TestEnvironment {
    TestEnvironment::new(&[("infra/main.tf", text), ("infra/staging.tfvars", "n = 2\n")])
}

/// A shell script in the root, as a program.
fn program(environment: &TestEnvironment, script: &str) -> String {
    let path = environment.root().join("landform.sh");
    fs_err::write(&path, format!("#!/bin/sh\n{script}\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_landform")))
        .expect("written");
    fs_err::set_permissions(&path, Permissions::from_mode(0o755)).expect("it is ours");
    path.to_string_lossy().into_owned()
}

/// Runs the action for pull requests.
fn plan(environment: &TestEnvironment, github: &GitHub, inputs: &[(&str, &str)]) -> actions::ActionRun {
    let landform = program(environment, &format!("env >> {}/seen", environment.root().display()));
    let given = [
        ("root", "infra"),
        ("environment", "staging"),
        ("var-file", "staging.tfvars"),
        ("pull-request", "7"),
        ("token", TOKEN),
        ("artifact", "landform-plan-infra-staging"),
        ("landform", &landform),
    ];
    let all: Vec<(&str, &str)> = inputs.iter().copied().chain(given).collect();
    let run = actions::run(environment, "landform-plan", &all, &surroundings(github));
    assert!(!run.log.contains(TOKEN), "{}", run.log);
    assert!(!environment.read("seen").contains(TOKEN), "the program is not given the token");
    run
}

/// Runs the action about drift, with a program that finds what it is told to.
fn drift_action(environment: &TestEnvironment, github: &GitHub, found: &str, code: u8) -> actions::ActionRun {
    let finds = format!("case \"$*\" in *' drift '*) printf '{found}'; echo '::error::x' >&2; exit {code};; esac");
    let landform = program(environment, &finds);
    let inputs = [("root", "infra"), ("environment", "staging"), ("token", TOKEN), ("landform", landform.as_str())];
    let run = actions::run(environment, "landform-drift", &inputs, &surroundings(github));
    assert!(!run.log.contains(TOKEN), "{}", run.log);
    run
}

#[test]
fn the_drift_action_keeps_an_issue() {
    let (environment, github) = (root(ROOT), GitHub::start());
    let run = drift_action(&environment, &github, "### Drift: 1 object\n", 2);
    assert!(run.success, "{}", run.log);
    assert_eq!((run.outputs["has-drift"].as_str(), run.outputs["issue-url"].as_str()), ("true", "http://x/issue/1"));
    let expected = "<!-- landform-drift: infra/staging -->\n### Drift: 1 object\n";
    assert_eq!(github.state().issues[0]["body"], expected);
    // What the program says is no command to the runner.
    let (before, _) = run.log.split_once("::error::x").expect("in the log");
    assert!(before.contains("::stop-commands::"), "{}", run.log);
    assert!(!drift_action(&environment, &github, "", 1).success, "an error is no drift, and not its absence");
    assert_eq!(github.state().issues[0]["state"], "open");
    assert!(drift_action(&environment, &github, "### No drift\n", 0).success);
    assert_eq!(github.state().issues[0]["state"], "closed");
}

fn surroundings(github: &GitHub) -> [(&str, &str); 3] {
    [("GITHUB_API_URL", &github.url), ("GITHUB_REPOSITORY", "octo/infra"), ("LANDFORM_RETRY_SECONDS", "0.01")]
}

/// Runs one of the scripts.
fn script(environment: &TestEnvironment, github: &GitHub, name: &str, variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new("python3");
    command.arg(action_folder("landform-plan").join(name)).env_clear().current_dir(environment.root());
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("PYTHONDONTWRITEBYTECODE", "1").env("GITHUB_TOKEN", TOKEN);
    command.env("GITHUB_OUTPUT", environment.root().join("outputs"));
    command.envs(surroundings(github)).envs(variables.iter().copied());
    let ran = environment.finish(&mut command);
    assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN), "{ran:?}");
    ran
}

#[test]
fn one_comment_that_the_next_run_updates() {
    let (environment, github) = (root(ROOT), GitHub::start());
    let run = plan(&environment, &github, &[]);
    assert!(run.success, "{}", run.log);
    assert_eq!(run.outputs["has-changes"], "true");
    assert_eq!(run.outputs["exit-code"], "2");
    assert_eq!(run.outputs["comment-url"], "http://x/1");
    assert!(run.log.contains("Plan: 2 to add"), "people read the plan in the log: {}", run.log);
    assert_eq!(github.calls(), ["GET /repos/octo/infra/issues/7/comments", "POST /repos/octo/infra/issues/7/comments"]);
    let (used, with) = &run.uses[0];
    assert_eq!((used.as_str(), with["name"].as_str()), ("actions/upload-artifact@v4", "landform-plan-infra-staging"));
    assert_eq!(with["path"], run.outputs["plan-file"]);
    environment.run(&["-chdir=infra", "apply", &with["path"]]).succeeds();
    assert_eq!(environment.run(&["-chdir=infra", "state", "list"]).succeeds().stdout.lines().count(), 2);
    let run = plan(&environment, &github, &[]);
    assert_eq!((run.outputs["has-changes"].as_str(), run.outputs["exit-code"].as_str()), ("false", "0"));
    assert_eq!(
        github.calls(),
        ["GET /repos/octo/infra/issues/7/comments", "PATCH /repos/octo/infra/issues/comments/1"]
    );
    let comments = github.marked(MARKER);
    assert_eq!(comments.len(), 1);
    assert!(comments[0].contains("**No changes.**"), "{}", comments[0]);
}

#[test]
fn errors_are_in_the_comment_and_fail_the_action() {
    for (text, error) in [
        ("output \"o\" {\n  value = tonumber(\"x\")\n}\n", "Invalid function argument"),
        ("module \"m\" {\n  source = \"./nowhere\"\n}\n", "`landform init` failed"),
    ] {
        let (environment, github) = (root(&format!("{ROOT}{text}")), GitHub::start());
        let run = plan(&environment, &github, &[]);
        assert!(!run.success, "{}", run.log);
        assert_eq!(run.outputs["exit-code"], "1");
        assert!(run.uses.is_empty(), "there is no plan to keep");
        let comments = github.marked(MARKER);
        assert!(comments[0].contains(error), "{comments:?}");
        assert!(run.log.contains("Error"), "{}", run.log);
    }
}

#[test]
fn without_a_pull_request_there_is_no_comment() {
    let (environment, github) = (root(ROOT), GitHub::start());
    let run = plan(&environment, &github, &[("pull-request", ""), ("arguments", "-var 'n=3'")]);
    assert!(run.success, "{}", run.log);
    assert_eq!(github.calls(), [""; 0]);
    assert_eq!(run.uses.len(), 1);
}

fn comment(environment: &TestEnvironment, github: &GitHub) -> Ran {
    environment.write("comment.md", &format!("{MARKER}New.\n"));
    script(environment, github, "comment.py", &[("COMMENT_FILE", "comment.md"), ("PULL_REQUEST", "7")])
}

fn noise(number: usize, kind: &str, body: &str) -> (u64, Json) {
    (7, json!({ "id": number, "body": body, "user": { "type": kind }, "html_url": "http://x" }))
}

#[test]
fn the_comment_is_found_on_a_later_page() {
    let (environment, github) = (root(ROOT), GitHub::start());
    github.state().comments = (1..=250).map(|number| noise(number, "User", "Well.")).collect();
    github.state().comments.push(noise(251, "Bot", &format!("{MARKER}Old.")));
    comment(&environment, &github).succeeds();
    let list = "GET /repos/octo/infra/issues/7/comments";
    assert_eq!(github.calls(), [list, list, list, "PATCH /repos/octo/infra/issues/comments/251"]);
    assert_eq!(github.marked(MARKER), [format!("{MARKER}New.\n")]);
}

#[test]
fn what_others_wrote_is_left_alone() {
    let (environment, github) = (root(ROOT), GitHub::start());
    let forged = format!("{MARKER}Nothing is destroyed, believe me.");
    github.state().comments =
        vec![noise(1, "User", &forged), noise(2, "Bot", "Not at the beginning: <!-- landform-plan: infra/staging -->")];
    comment(&environment, &github).succeeds();
    assert_eq!(github.marked(MARKER), [forged, format!("{MARKER}New.\n")]);
}

#[test]
fn faults_are_waited_for() {
    for faults in [
        vec![Fault::Refused(502, "")],
        vec![Fault::HungUp, Fault::Refused(503, ""), Fault::HungUp],
        vec![Fault::Refused(429, "Retry-After: 0\r\n")],
        vec![Fault::Refused(403, "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1\r\n")],
    ] {
        let (environment, github) = (root(ROOT), GitHub::start());
        let number = faults.len();
        github.state().faults = faults.into();
        let ran = comment(&environment, &github).succeeds();
        assert_eq!(github.calls().len(), 2 + number, "{ran:?}");
        assert_eq!(github.marked(MARKER).len(), 1);
    }
}

#[test]
fn a_comment_is_not_made_twice() {
    let (environment, github) = (root(ROOT), GitHub::start());
    github.state().comments = vec![noise(1, "User", "Well.")];
    github.state().faults_of_posts = [Fault::DoneAndRefused(502)].into();
    comment(&environment, &github).succeeds();
    let (list, post) = ("GET /repos/octo/infra/issues/7/comments", "POST /repos/octo/infra/issues/7/comments");
    assert_eq!(github.calls(), [list, post, list, "PATCH /repos/octo/infra/issues/comments/2"]);
    assert_eq!(github.marked(MARKER).len(), 1);
}

#[test]
fn what_does_not_help_is_not_tried_again() {
    let (environment, github) = (root(ROOT), GitHub::start());
    github.state().faults = [Fault::Refused(404, "")].into();
    comment(&environment, &github).fails(&["::error::GET /repos/octo/infra/issues/7/comments", "404 not now"]);
    assert_eq!(github.calls().len(), 1);
    github.state().faults = (0..9).map(|_| Fault::Refused(500, "")).collect();
    comment(&environment, &github).fails(&["500 not now, 6 times"]);
    github.state().faults = [Fault::Refused(302, "Location: http://127.0.0.1:1/\r\n")].into();
    comment(&environment, &github).fails(&["302"]);
}

fn drift(environment: &TestEnvironment, github: &GitHub, code: &str, text: &str) -> Ran {
    environment.write("drift.md", text);
    let variables = [("DRIFT_FILE", "drift.md"), ("DRIFT_NAME", "infra/staging"), ("EXIT_CODE", code)];
    script(environment, github, "issue.py", &variables)
}

#[test]
fn one_issue_about_drift() {
    let (environment, github) = (root(ROOT), GitHub::start());
    drift(&environment, &github, "0", "In sync.\n").succeeds();
    assert_eq!(github.calls(), ["GET /repos/octo/infra/issues"]);
    github.state().issues = (0..130)
        .map(|number| json!({ "number": 1000 + number, "state": "open", "body": "Other.", "user": { "type": "User" } }))
        .collect();
    drift(&environment, &github, "2", "A tag changed.\n").succeeds();
    let list = "GET /repos/octo/infra/issues";
    assert_eq!(github.calls(), [list, list, "POST /repos/octo/infra/issues"]);
    let opened = github.state().issues[130].clone();
    assert_eq!(opened["title"], "Drift: infra/staging");
    assert_eq!(opened["labels"], json!(["landform-drift"]));
    assert_eq!(opened["body"], "<!-- landform-drift: infra/staging -->\nA tag changed.\n");
    drift(&environment, &github, "2", &format!("```text\n{}", "A line.\n".repeat(20_000))).succeeds();
    assert_eq!(github.calls(), [list, list, "PATCH /repos/octo/infra/issues/131"]);
    let body = github.state().issues[130]["body"].as_str().expect("a body").to_owned();
    assert!(body.len() <= 60_000 && body.matches("```").count() == 2, "{}", body.len());
    drift(&environment, &github, "0", "In sync.\n").succeeds();
    assert_eq!(github.state().issues[130]["state"], "closed");
    assert!(github.state().issues.iter().take(130).all(|issue| issue["state"] == "open"));
}

#[test]
fn the_plan_of_the_merged_pull_request_is_found() {
    let (environment, github) = (root(ROOT), GitHub::start());
    let find = || {
        script(
            &environment,
            &github,
            "find_plan.py",
            &[("COMMIT", "c0ffee"), ("ARTIFACT", "landform-plan-infra-staging")],
        )
    };
    find().fails(&["comes from no pull request that was merged"]);
    let pull = |number: u64, merge: &str, head: &str| json!({ "number": number, "merged_at": "2026-01-01", "merge_commit_sha": merge, "head": { "sha": head }, "base": { "repo": { "id": 1 } } });
    github.state().pulls = vec![pull(6, "abc", "old"), pull(7, "c0ffee", "head")];
    find().fails(&["There is no plan landform-plan-infra-staging of the commit head of pull request #7"]);
    let artifact = |id: u64, head: &str, repository: u64, expired: bool, time: &str| json!({ "id": id, "expired": expired, "created_at": time, "workflow_run": { "id": id + 100, "head_sha": head, "head_repository_id": repository } });
    let mut artifacts: Vec<Json> = (0..120).map(|id| artifact(id, "other", 1, false, "2026-01-09")).collect();
    artifacts.extend([
        artifact(201, "head", 1, false, "2026-01-02"),
        artifact(202, "head", 1, false, "2026-01-03"),
        artifact(203, "head", 1, true, "2026-01-04"),
        artifact(204, "head", 2, false, "2026-01-05"),
    ]);
    github.state().artifacts = artifacts;
    environment.write("outputs", "");
    find().succeeds();
    assert_eq!(environment.read("outputs"), "run-id=302\nartifact-id=202\npull-request=7\n");
    github.calls();
}

#[test]
fn a_saved_plan_is_applied_and_no_other() {
    let (environment, github) = (root(ROOT), GitHub::start());
    let path = plan(&environment, &github, &[]).outputs["plan-file"].clone();
    let apply = || {
        let mut command = Command::new(action_folder("landform-plan").join("apply.sh"));
        command.env_clear().env("PATH", "/usr/bin:/bin").current_dir(environment.root());
        command.env("LANDFORM", env!("CARGO_BIN_EXE_landform")).env("ROOT", "infra").env("PLAN", &path);
        environment.finish(&mut command)
    };
    apply().succeeds().says("Apply complete! Resources: 2 added");
    apply().fails(&["Saved plan is stale"]);
}

/// A repository with these files, all committed.
fn committed(files: &[(&str, &str)]) -> TestEnvironment {
    let environment = TestEnvironment::new(files);
    environment.script("git init -q -b main . && git config user.email a@b.c && git config user.name a && git add -A && git commit -qm one").succeeds();
    environment
}

/// Roots and environments that the last commit affects.
fn affected(environment: &TestEnvironment, arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("python3");
    command.arg(action_folder("landform-plan").join("affected.py")).args(arguments).current_dir(environment.root());
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("PYTHONDONTWRITEBYTECODE", "1");
    let printed = environment.finish(&mut command).succeeds().stdout;
    let matrix: Json = serde_json::from_str(&printed).expect("JSON");
    let entries = matrix["include"].as_array().expect("a list").iter();
    entries.map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn roots_that_a_change_affects() {
    let backend = "terraform {\n  backend \"s3\" {}\n}\n";
    let environment = committed(&[
        ("live/net/main.tf", &format!("{backend}module \"a\" {{\n  source = \"../../modules/a\"\n}}\n")),
        ("live/net/dev.tfvars", ""),
        ("live/net/dev.s3.tfbackend", ""),
        ("live/net/staging.tfvars", ""),
        ("live/net/common.auto.tfvars", ""),
        (
            "live/app/main.tf",
            &format!("{backend}locals {{\n  policy = file(\"${{path.module}}/../../shared/policy.json\")\n}}\n"),
        ),
        ("live/app/modules/own/main.tf", ""),
        ("modules/a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("modules/b/main.tf.json", "{\"module\": {\"c\": {\"source\": \"./c\"}}}"),
        ("modules/b/c/main.tf", ""),
        ("modules/b/c/template.tpl", ""),
        ("modules/unused/main.tf", ""),
        ("shared/policy.json", ""),
        ("README.md", ""),
    ]);
    let net = ["live/net/dev", "live/net/staging"];
    let check = |files: &[&str], expected: &[&str]| {
        for file in files {
            environment.write(file, "# changed\n");
        }
        environment.script("git add -A && git commit -qm two").succeeds();
        assert_eq!(affected(&environment, &["--base", "HEAD~1"]), expected, "{files:?}");
        environment.script("git reset -q --hard HEAD~1").succeeds();
    };
    check(&["live/net/new.tf"], &net);
    check(&["live/net/common.auto.tfvars"], &net);
    check(&["live/net/dev.tfvars"], &net[..1]);
    check(&["live/net/dev.s3.tfbackend"], &net[..1]);
    check(&["modules/b/c/template.tpl"], &net);
    check(&["modules/a/README.md"], &net);
    check(&["shared/policy.json"], &["live/app/default"]);
    check(&["live/app/modules/own/main.tf"], &["live/app/default"]);
    check(&["modules/unused/main.tf", "README.md"], &[]);
    check(&["live/app/x.tf", "live/net/staging.tfvars"], &["live/app/default", "live/net/staging"]);
    environment.script("git rm -q modules/b/c/template.tpl && git commit -qm three").succeeds();
    assert_eq!(affected(&environment, &["--base", "HEAD~1"]), net);
    assert_eq!(affected(&environment, &[]).len(), 3);
    assert_eq!(affected(&environment, &["--base", &"0".repeat(40), "--environment", "staging"]), ["live/net/staging"]);
    assert_eq!(affected(&environment, &["--root", "modules/*"]).len(), 4);
}

#[test]
fn the_examples_are_found() {
    let environment = TestEnvironment::of("");
    let mut command = Command::new("python3");
    command.arg(action_folder("landform-plan").join("affected.py")).current_dir(repository());
    command
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HOME", repository());
    command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "safe.directory").env("GIT_CONFIG_VALUE_0", "*");
    let printed = environment.finish(&mut command).succeeds().stdout;
    let matrix: Json = serde_json::from_str(&printed).expect("JSON");
    let names: Vec<&str> =
        matrix["include"].as_array().expect("a list").iter().filter_map(|entry| entry["name"].as_str()).collect();
    for name in ["examples/network/dev", "examples/network/staging", "examples/network/production"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(!names.iter().any(|name| name.starts_with("modules/")), "{names:?}");
}

/// All texts in a document.
fn texts(document: &Json) -> Vec<&str> {
    match document {
        Json::String(text) => vec![text],
        Json::Array(items) => items.iter().flat_map(texts).collect(),
        Json::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// What a workflow says that does not fit: scripts and actions that are not there, inputs that are not taken, outputs of jobs and steps
/// that are not given.
fn misfits(environment: &TestEnvironment, workflow: &Json) -> Vec<String> {
    let mut misfits = Vec::new();
    let jobs = workflow["jobs"].as_object().expect("jobs");
    let matrix_keys = ["root", "environment", "name", "artifact", "var-file", "backend-config"];
    for (id, job) in jobs {
        for need in needs(job) {
            if !jobs.contains_key(need) {
                misfits.push(format!("{id} needs {need}"));
            }
        }
        let steps: Vec<&Json> = job["steps"].as_array().into_iter().flatten().collect();
        let step_ids: Vec<&str> = steps.iter().filter_map(|step| step["id"].as_str()).collect();
        for word in texts(job)
            .iter()
            .flat_map(|text| text.split(|other: char| !(other.is_alphanumeric() || "._-".contains(other))))
        {
            let fits = match word.split('.').collect::<Vec<_>>()[..] {
                ["needs", need, "outputs", name] => {
                    needs(job).contains(&need) && jobs[need]["outputs"].get(name).is_some()
                }
                ["needs", need, "result"] => needs(job).contains(&need),
                ["steps", step, ..] => step_ids.contains(&step),
                ["matrix", key] => matrix_keys.contains(&key),
                _ => true,
            };
            if !fits {
                misfits.push(format!("{id}: {word}"));
            }
        }
        for step in steps {
            misfits.extend(step_misfits(environment, step).into_iter().map(|misfit| format!("{id}: {misfit}")));
        }
    }
    misfits
}

fn needs(job: &Json) -> Vec<&str> {
    texts(&job["needs"])
}

fn step_misfits(environment: &TestEnvironment, step: &Json) -> Vec<String> {
    let mut misfits = Vec::new();
    if let Some(action) = step["uses"].as_str().and_then(|used| used.strip_prefix("./.github/actions/")) {
        let inputs = yaml(environment, &action_folder(action).join("action.yml"))["inputs"].clone();
        let given = step["with"].as_object().expect("inputs");
        misfits.extend(
            given.keys().filter(|name| inputs.get(*name).is_none()).map(|name| format!("{action} takes no {name}")),
        );
        let required = inputs.as_object().into_iter().flatten().filter(|(_, input)| input["required"] == true);
        misfits.extend(
            required.filter(|(name, _)| !given.contains_key(*name)).map(|(name, _)| format!("{action} wants {name}")),
        );
    }
    let run = step["run"].as_str().unwrap_or_default();
    if run.contains("${{") {
        misfits.push(format!("an expression in a command lets others in: {run}"));
    }
    let paths = run.split_whitespace().filter(|word| word.starts_with(".github/"));
    misfits.extend(paths.filter(|path| !repository().join(path).is_file()).map(|path| format!("there is no {path}")));
    misfits
}

#[test]
fn workflows_fit_the_actions() {
    let environment = TestEnvironment::of("");
    let folder = repository().join("examples/workflows");
    let mut files: Vec<_> =
        fs_err::read_dir(&folder).expect("the folder").flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
    assert_eq!(files.len(), 3);
    for file in files {
        let workflow = yaml(&environment, &file);
        assert_eq!(misfits(&environment, &workflow), [""; 0], "{}", file.display());
        assert!(workflow["permissions"] == json!({ "contents": "read" }), "no more by default: {}", file.display());
        assert!(texts(&workflow).iter().any(|text| text.contains(".github/actions/")), "{}", file.display());
    }
    let bad = json!({ "jobs": { "a": { "needs": "b", "steps": [
        { "run": "python3 .github/none.py ${{ github.event.x }}", "if": "steps.x.outputs.y == '1'" },
        { "uses": "./.github/actions/landform-plan", "with": { "rot": "x" } },
    ] } } });
    assert_eq!(misfits(&environment, &bad).len(), 6);
}

#[test]
fn actions_name_scripts_that_are_there() {
    let environment = TestEnvironment::of("");
    for name in ["landform-plan", "landform-drift"] {
        let action = yaml(&environment, &action_folder(name).join("action.yml"));
        for step in action["runs"]["steps"].as_array().expect("steps") {
            let run = step["run"].as_str().unwrap_or_default();
            assert!(!run.contains("${{"), "{run}");
            for path in run.split('"').filter_map(|part| part.strip_prefix("$GITHUB_ACTION_PATH/")) {
                assert!(action_folder(name).join(Path::new(path)).is_file(), "{path}");
            }
        }
    }
}
