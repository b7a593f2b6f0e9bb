//! Where values of the root module's variables come from: environment, files, command line, questions.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use landform_config::{Module, Variable};
use landform_core::variables::{Given, ValueSource};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_lang::syntax::ast::{Body, Expr};
use landform_lang::syntax::{BodySchema, decode, parse_expression, parse_json, parse_native};
use landform_values::{Str, Value};

mod of_tests;
mod saved;

pub(crate) use of_tests::TestVariables;
pub(crate) use saved::collect_for_saved;

use crate::prompt::{self, Question};
use crate::session::Session;

/// `-var` or `-var-file`, as given.
#[derive(Clone, Debug)]
pub(crate) enum VariableFlag {
    /// `name=value`.
    Value(String),
    /// A file.
    File(String),
}

/// The `-var` and `-var-file` flags among a command's arguments, in order.
pub(crate) fn flags_among(arguments: &[String]) -> Vec<VariableFlag> {
    let mut flags = Vec::new();
    let mut rest = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        let Some(flag) = argument.strip_prefix("--").or_else(|| argument.strip_prefix('-')) else { continue };
        let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value.to_owned())));
        let make = match name {
            "var" => VariableFlag::Value,
            "var-file" => VariableFlag::File,
            _ => continue,
        };
        flags.extend(value.or_else(|| rest.next().cloned()).map(make));
    }
    flags
}

/// A value that waits for the type of its variable.
#[derive(Clone)]
enum Raw {
    /// An expression in a file.
    Expression(Arc<Expr>),
    /// A text from the environment or the command line.
    Text { text: String, origin: Origin },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Environment,
    CommandLine,
    /// A file that is read without being named.
    File,
    /// A file that the command line names.
    NamedFile,
    Question,
}

/// Raw values, later ones over earlier ones; in the order in which their names came up.
#[derive(Default)]
struct Collected {
    values: IndexMap<Str, (Raw, Origin, String)>,
    diagnostics: Diagnostics,
}

/// Whether missing values are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    /// On standard input.
    Allowed,
    /// They are an error.
    No,
    /// They stay unknown.
    Needless,
}

/// What a root module's variables are given, and warnings.
pub(crate) fn collect(
    session: &Session,
    root: &Module,
    flags: &[VariableFlag],
    asking: Asking,
) -> Result<(BTreeMap<Str, Given>, Diagnostics), Diagnostics> {
    let sources = &session.view.sources;
    let mut collected = gather(session, flags);
    if collected.diagnostics.has_errors() {
        return Err(collected.diagnostics);
    }
    if asking == Asking::Allowed {
        ask(session, root, &mut collected);
    }
    let mut diagnostics = collected.diagnostics;
    diagnostics.extend(undeclared(&collected.values, &|name| root.variables.contains_key(name)));
    let mut given: BTreeMap<Str, Given> = BTreeMap::new();
    for (name, (raw, _, _)) in collected.values {
        let Some(variable) = root.variables.get(&name) else { continue };
        match value_of(&name, raw, Some(variable), sources) {
            Ok(found) => drop(given.insert(name, found)),
            Err(found) => diagnostics.extend(found),
        }
    }
    if asking != Asking::Needless {
        diagnostics.extend(landform_core::variables::missing(root, &given));
    }
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok((given, diagnostics)) }
}

fn gather(session: &Session, flags: &[VariableFlag]) -> Collected {
    let mut collected = Collected::default();
    let world = &session.world;
    for (name, value) in &world.environment {
        if let Some(name) = name.strip_prefix("TF_VAR_") {
            collected.text(name, value, Origin::Environment);
        }
    }
    collected.automatic_files("", session);
    for flag in flags {
        match flag {
            VariableFlag::File(path) => collected.file(path, Origin::NamedFile, session),
            VariableFlag::Value(given) => match given.split_once('=') {
                Some((name, value)) => collected.command_line(name, value),
                None => collected.diagnostics.push(not_an_assignment(given)),
            },
        }
    }
    collected
}

impl Collected {
    fn text(&mut self, name: &str, value: &str, origin: Origin) {
        let raw = Raw::Text { text: value.to_owned(), origin };
        self.values.insert(name.into(), (raw, origin, String::new()));
    }

    fn command_line(&mut self, name: &str, value: &str) {
        if name.ends_with(' ') {
            let detail = format!(
                "Variable name {name:?} is invalid due to trailing space. Did you mean -var=\"{}={}\"?",
                name.trim_end(),
                value.trim_start()
            );
            self.diagnostics.push(Diagnostic::error("Invalid -var option", detail));
            return;
        }
        self.text(name, value, Origin::CommandLine);
    }

    /// The files of a directory that are read without being named.
    fn automatic_files(&mut self, directory: &str, session: &Session) {
        for file in automatic_files(&session.world.path(directory)) {
            let path = if directory.is_empty() { file } else { format!("{directory}/{file}") };
            self.file(&path, Origin::File, session);
        }
    }

    fn file(&mut self, path: &str, origin: Origin, session: &Session) {
        let (attributes, diagnostics) = read_file(path, session);
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        for (name, expr) in attributes.into_iter().filter(|_| !failed) {
            self.values.insert(name, (Raw::Expression(expr), origin, path.to_owned()));
        }
    }
}

/// The files that are read without being named, in order.
fn automatic_files(directory: &Path) -> Vec<String> {
    let mut files: Vec<String> = ["terraform.tfvars", "terraform.tfvars.json"]
        .into_iter()
        .filter(|name| directory.join(name).is_file())
        .map(str::to_owned)
        .collect();
    let entries = fs_err::read_dir(directory).into_iter().flatten().flatten();
    let mut automatic: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"))
        .collect();
    automatic.sort();
    files.extend(automatic);
    files
}

/// The assignments of a file.
pub(crate) fn read_file(path: &str, session: &Session) -> (Vec<(Str, Arc<Expr>)>, Diagnostics) {
    let is_json = path.ends_with(".json");
    let text = match fs_err::read(session.world.path(path)) {
        Ok(bytes) if is_json => String::from_utf8_lossy(&bytes).into_owned(),
        Ok(bytes) => decode(bytes),
        Err(error) => {
            let detail = if error.kind() == std::io::ErrorKind::NotFound {
                format!("Given variables file {path} does not exist.")
            } else {
                format!("Error while reading {path}: {error}.")
            };
            return (Vec::new(), Diagnostic::error("Failed to read variables file", detail).into());
        }
    };
    let sources = &session.view.sources;
    let file = sources.add(path, text);
    let (body, mut diagnostics) = if is_json { parse_json(sources, file) } else { parse_native(sources, file) };
    if diagnostics.has_errors() {
        return (Vec::new(), diagnostics);
    }
    diagnostics.extend(declarations_in(&body, path));
    if diagnostics.has_errors() {
        return (Vec::new(), diagnostics);
    }
    let (attributes, found) = body.just_attributes();
    diagnostics.extend(found);
    (attributes.into_iter().map(|(name, attribute)| (name, attribute.value)).collect(), diagnostics)
}

/// An object of the assignments in the text of a variables file.
///
/// # Errors
/// What is wrong with it, in one line.
pub(crate) fn decode_text(text: &str) -> Result<Value, String> {
    let sources = SourceMap::new();
    let file = sources.add("<decode_tfvars argument>", text);
    let (body, mut diagnostics) = parse_native(&sources, file);
    let (attributes, found) = body.just_attributes();
    diagnostics.extend(found);
    if let Some(error) = diagnostics.iter().find(|found| found.is_error()) {
        return Err(format!("invalid tfvars syntax: {}", one_line(error, &sources)));
    }
    let mut values = Vec::new();
    for (name, attribute) in attributes {
        let (value, found) = landform_lang::constant(&attribute.value, &sources);
        if let Some(error) = found.iter().find(|found| found.is_error()) {
            return Err(format!("invalid expression for variable {name:?}: {}", one_line(error, &sources)));
        }
        values.push((name, value));
    }
    Ok(Value::object(values))
}

fn one_line(error: &Diagnostic, sources: &SourceMap) -> String {
    let place = error.subject.map(|span| {
        let file = sources.file(span.file);
        let (start, end) = (file.position(span.start as usize), file.position(span.end as usize));
        let end = if start.line == end.line { end.column.to_string() } else { format!("{},{}", end.line, end.column) };
        format!("{}:{},{}-{end}: ", file.name, start.line, start.column)
    });
    format!("{}{}; {}", place.unwrap_or_default(), error.summary, error.detail)
}

/// People put declarations where values belong.
fn declarations_in(body: &Body, path: &str) -> Diagnostics {
    let (content, ..) = body.partial_content(&BodySchema::new().block("variable", &["name"]));
    let declared = content.blocks.iter().map(|block| {
        let name = block.labels.first().map(|label| label.name.to_string()).unwrap_or_default();
        let detail = format!(
            "A .tfvars file is used to assign values to variables that have already been declared in .tf files, not to declare new variables. To declare variable {name:?}, place this block in one of your .tf files, such as variables.tf.\n\nTo set a value for this variable in {path}, use the definition syntax instead:\n    {name} = <value>"
        );
        Diagnostic::error("Variable declaration in .tfvars file", detail).at(block.kind_span)
    });
    declared.collect()
}

fn not_an_assignment(given: &str) -> Diagnostic {
    let detail = format!(
        "The given -var option {given:?} is not correctly specified. Must be a variable name and value separated by an equals sign, like -var=\"key=value\"."
    );
    Diagnostic::error("Invalid -var option", detail)
}

/// A raw value by the type of its variable; what has none is an expression.
fn value_of(name: &str, raw: Raw, variable: Option<&Variable>, sources: &SourceMap) -> Result<Given, Diagnostics> {
    let ephemeral = variable.is_some_and(|variable| variable.ephemeral);
    let (expr, mut diagnostics, source) = match raw {
        Raw::Expression(expr) => {
            let source = ValueSource::File(expr.span);
            (expr, Diagnostics::new(), source)
        }
        Raw::Text { text, origin } => {
            let source = match origin {
                Origin::Environment => ValueSource::Environment,
                Origin::Question => ValueSource::Question,
                Origin::CommandLine | Origin::File | Origin::NamedFile => ValueSource::CommandLine,
            };
            if variable.is_some_and(Variable::takes_literal_text) {
                return Ok(Given { value: Value::from(text.as_str()), source, ephemeral });
            }
            let file = sources.add(format!("<value for var.{name}>"), text);
            let (expr, diagnostics) = parse_expression(sources, file);
            (Arc::new(expr), diagnostics, source)
        }
    };
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let (value, found) = landform_lang::constant(&expr, sources);
    diagnostics.extend(found);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Given { value, source, ephemeral }) }
}

/// Values for which there is no variable.
fn undeclared(values: &IndexMap<Str, (Raw, Origin, String)>, is_declared: &dyn Fn(&Str) -> bool) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut in_files = 0;
    for (name, (_, origin, file)) in values.iter().filter(|(name, _)| !is_declared(name)) {
        match origin {
            Origin::Environment | Origin::Question => {}
            Origin::CommandLine => {
                let detail = format!(
                    "A variable named {name:?} was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration."
                );
                diagnostics.push(Diagnostic::error("Value for undeclared variable", detail));
            }
            Origin::File | Origin::NamedFile => {
                in_files += 1;
                if in_files <= 2 {
                    let detail = format!(
                        "The root module does not declare a variable named {name:?} but a value was found in file {file:?}. If you meant to use this value, add a \"variable\" block to the configuration.\n\nTo silence these warnings, use TF_VAR_... environment variables to provide certain \"global\" settings to all configurations in your organization. To reduce the verbosity of these warnings, use the -compact-warnings option."
                    );
                    diagnostics.push(Diagnostic::warning("Value for undeclared variable", detail));
                }
            }
        }
    }
    if in_files > 2 {
        let others = in_files - 2;
        let detail = format!(
            "In addition to the other similar warnings shown, {others} other variable(s) defined without being declared."
        );
        diagnostics.push(Diagnostic::warning("Values for undeclared variables", detail));
    }
    diagnostics
}

/// Asks for what is missing, until the first answer that does not come.
fn ask(session: &Session, root: &Module, collected: &mut Collected) {
    let mut missing: Vec<&Variable> = root
        .variables
        .values()
        .filter(|variable| variable.is_required() && !collected.values.contains_key(&variable.name))
        .collect();
    missing.sort_by(|a, b| a.name.cmp(&b.name));
    for variable in missing {
        let manner = if variable.ephemeral { " (ephemeral)" } else { "" };
        let query = format!("var.{}{manner}", variable.name);
        let description = variable.description.as_deref().unwrap_or_default();
        let Ok(answer) = prompt::ask_and_wait(session, &Question { query: &query, description }) else { return };
        collected.text(&variable.name, &answer, Origin::Question);
    }
}
