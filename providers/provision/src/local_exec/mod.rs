//! `local-exec`: a command on the machine that Landform runs on.

mod failure;
mod process;
mod program;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{Attribute, Block, ProvisionRequest, Provisioner};
use landform_values::{Type, Value, quote};

use crate::Machine;
use process::{Command, run};

/// Runs commands.
pub(crate) struct LocalExec {
    machine: Machine,
    schema: Block,
}

impl LocalExec {
    pub(crate) fn new(machine: Machine) -> Self {
        let optional = |ty: Type| Attribute::of(ty).optional();
        let attributes = [
            ("command", Attribute::of(Type::String).required()),
            ("environment", optional(Type::map(Type::String))),
            ("interpreter", optional(Type::list(Type::String))),
            ("quiet", optional(Type::Bool)),
            ("working_dir", optional(Type::String)),
        ];
        let attributes = attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect();
        Self { machine, schema: Block { attributes, ..Block::default() } }
    }
}

#[async_trait]
impl Provisioner for LocalExec {
    fn schema(&self) -> &Block {
        &self.schema
    }

    async fn provision(&self, request: ProvisionRequest<'_>) -> Diagnostics {
        let config = Config::of(&request.config);
        if config.command.is_empty() {
            let detail = "The command must be a non-empty string.";
            return Diagnostic::error("Invalid local-exec provisioner command", detail).into();
        }
        let words = config.words();
        if config.quiet {
            (request.output)("local-exec: Executing: Suppressed by quiet=true");
        } else {
            let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
            (request.output)(&format!("Executing: [{}]", quoted.join(" ")));
        }
        let command = Command { words, working_dir: config.working_dir, environment: config.environment };
        let ended = run(&self.machine, &command, request.output, request.stop).await;
        let Err(failure) = ended else { return Diagnostics::new() };
        let detail = match request.hidden {
            Some(hidden) => format!("Error running command: {}. Output: {hidden}", failure.cause.without_names()),
            None => {
                let output = String::from_utf8_lossy(&failure.output);
                format!("Error running command '{}': {}. Output: {output}", config.command, failure.cause)
            }
        };
        Diagnostic::error("local-exec provisioner error", detail).into()
    }
}

struct Config {
    command: String,
    /// Without one, the system's shell.
    interpreter: Option<Vec<String>>,
    working_dir: Option<String>,
    environment: Vec<(String, String)>,
    quiet: bool,
}

impl Config {
    fn of(value: &Value) -> Self {
        let part = |name: &str| value.get_attribute(name).cloned().unwrap_or(Value::NULL);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let environment = part("environment");
        let environment = environment.elements().filter_map(|(name, value)| Some((text(&name)?, text(value)?)));
        Self {
            command: text(&part("command")).unwrap_or_default(),
            interpreter: Some(part("interpreter"))
                .filter(|words| words.length().is_some_and(|length| length > 0))
                .map(|words| words.elements().filter_map(|(_, word)| text(word)).collect()),
            working_dir: text(&part("working_dir")).filter(|directory| !directory.is_empty()),
            environment: environment.collect(),
            quiet: part("quiet").as_bool() == Some(true),
        }
    }

    /// The program and its arguments: the interpreter, and the command as its last argument.
    fn words(&self) -> Vec<String> {
        let shell = if cfg!(windows) { ["cmd", "/C"] } else { ["/bin/sh", "-c"] };
        let interpreter = self.interpreter.clone().unwrap_or_else(|| shell.map(str::to_owned).into());
        interpreter.into_iter().chain([self.command.clone()]).collect()
    }
}

#[cfg(test)]
mod tests;
