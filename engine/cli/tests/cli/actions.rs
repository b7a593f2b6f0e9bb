//! Runs composite actions as GitHub's runner does, as far as those of this repository need it: expressions that name inputs and
//! outputs of steps, comparisons of these with texts, steps that run a command, outputs in a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use crate::environment::TestEnvironment;

/// The repository's top folder.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// The folder of an action.
pub(crate) fn action_folder(name: &str) -> PathBuf {
    repository().join(".github/actions").join(name)
}

/// A YAML document, read by the language's own function.
pub(crate) fn yaml(environment: &TestEnvironment, path: &Path) -> Json {
    let expression = format!("jsonencode(yamldecode(file({path:?})))");
    let printed = environment.script(&format!("echo '{expression}' | \"$LANDFORM\" console")).succeeds().stdout;
    let literal = printed.trim().replace("$${", "${").replace("%%{", "%{");
    let document: String = serde_json::from_str(&literal).expect("a text");
    serde_json::from_str(&document).expect("JSON")
}

/// What a run of an action did.
#[derive(Debug, Default)]
pub(crate) struct ActionRun {
    /// Outputs of steps, as `STEP.NAME`.
    pub(crate) steps: BTreeMap<String, String>,
    /// Outputs of the action.
    pub(crate) outputs: BTreeMap<String, String>,
    /// Other actions that were used: name, and what they were given.
    pub(crate) uses: Vec<(String, BTreeMap<String, String>)>,
    /// All that was printed.
    pub(crate) log: String,
    /// Whether all steps ended well.
    pub(crate) success: bool,
}

/// Runs an action with these inputs and variables of the environment.
pub(crate) fn run(
    environment: &TestEnvironment,
    name: &str,
    inputs: &[(&str, &str)],
    variables: &[(&str, &str)],
) -> ActionRun {
    let action = yaml(environment, &action_folder(name).join("action.yml"));
    let mut context = Context { inputs: BTreeMap::new(), run: ActionRun { success: true, ..ActionRun::default() } };
    for (name, input) in action["inputs"].as_object().expect("inputs") {
        let given = inputs.iter().find(|(given, _)| given == name).map(|(_, value)| (*value).to_owned());
        let value = given.unwrap_or_else(|| input["default"].as_str().unwrap_or_default().to_owned());
        assert!(!value.contains("${{"), "the test gives what comes from the event: {name}");
        context.inputs.insert(name.clone(), value);
    }
    for (index, step) in action["runs"]["steps"].as_array().expect("steps").iter().enumerate() {
        context.step(environment, &action_folder(name), step, index, variables);
        if !context.run.success {
            break;
        }
    }
    for (name, output) in action["outputs"].as_object().expect("outputs") {
        let value = context.text(output["value"].as_str().expect("a value"));
        context.run.outputs.insert(name.clone(), value);
    }
    context.run
}

struct Context {
    inputs: BTreeMap<String, String>,
    run: ActionRun,
}

impl Context {
    fn step(
        &mut self,
        environment: &TestEnvironment,
        folder: &Path,
        step: &Json,
        index: usize,
        variables: &[(&str, &str)],
    ) {
        if step["if"].as_str().is_some_and(|condition| !self.holds(condition)) {
            return;
        }
        if let Some(used) = step["uses"].as_str() {
            self.run.uses.push((used.to_owned(), self.texts(&step["with"])));
            return;
        }
        let outputs = environment.root().join(format!("../outputs-{index}"));
        let _ = fs_err::remove_file(&outputs);
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", step["run"].as_str().expect("a command")]);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").current_dir(environment.root());
        command.env("HOME", environment.root().join("../home")).env("RUNNER_TEMP", environment.root().join(".."));
        command.env("GITHUB_ACTION_PATH", folder).env("GITHUB_OUTPUT", &outputs).env("PYTHONDONTWRITEBYTECODE", "1");
        command.envs(variables.iter().copied()).envs(self.texts(&step["env"]));
        let ran = environment.finish(&mut command);
        self.run.log.push_str(&ran.stdout);
        self.run.log.push_str(&ran.stderr);
        self.run.success = ran.code == Some(0);
        let id = step["id"].as_str().unwrap_or_default();
        for (name, value) in
            fs_err::read_to_string(&outputs).unwrap_or_default().lines().filter_map(|line| line.split_once('='))
        {
            self.run.steps.insert(format!("{id}.{name}"), value.to_owned());
        }
    }

    fn texts(&self, map: &Json) -> BTreeMap<String, String> {
        let entries = map.as_object().into_iter().flatten();
        let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), |text| self.text(text));
        entries.map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// A text with its expressions replaced.
    fn text(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${{") else { return text.to_owned() };
        let (expression, behind) = rest.split_once("}}").expect("closed");
        format!("{before}{}{}", self.value(expression.trim()), self.text(behind))
    }

    fn value(&self, expression: &str) -> String {
        let parts: Vec<&str> = expression.split('.').collect();
        match parts[..] {
            ["inputs", name] => self.inputs.get(name).unwrap_or_else(|| panic!("no input {name}")).clone(),
            ["steps", id, "outputs", name] => self.run.steps.get(&format!("{id}.{name}")).cloned().unwrap_or_default(),
            _ => panic!("{expression} is not understood"),
        }
    }

    /// `a != 'x' && b == 'y'`
    fn holds(&self, condition: &str) -> bool {
        condition.split(" && ").all(|part| {
            let (left, right, equal) = match (part.split_once(" != "), part.split_once(" == ")) {
                (Some((left, right)), _) => (left, right, false),
                (_, Some((left, right))) => (left, right, true),
                _ => panic!("{part} is not understood"),
            };
            (self.value(left) == right.trim_matches('\'')) == equal
        })
    }
}
