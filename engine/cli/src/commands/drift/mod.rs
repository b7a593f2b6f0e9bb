//! `landform drift`: what was changed behind Landform's back. Takes no lock and writes nothing but, when asked to,
//! configuration.

mod accept;

use std::collections::BTreeMap;

use landform_addrs::ResourceInstance;
use landform_config::ModuleTree;
use landform_core::ProviderSet;
use landform_core::drift::Drifted;
use landform_core::events::Silent;
use landform_core::plan::{Environment, PlanOptions};
use landform_core::variables::Given;
use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic, Diagnostics};
use landform_plan::{Acceptance, Drift, Fate, Mode};
use landform_state::State;
use landform_state::journal::{Begun, Journal};
use landform_values::Str;
use landform_views::drift::{Report, markdown, text};
use landform_views::json;

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::interrupt::Ends;
use crate::operation::{DefaultMode, Operation, RUN_FLAGS, VARIABLE_FLAGS};
use crate::prompt;
use crate::session::Session;
use crate::variables::{self, Asking};
use crate::world::print;

const FLAGS: Flags = &[
    ("accept", FlagKind::Value),
    ("format", FlagKind::Value),
    ("target", FlagKind::Value),
    ("target-file", FlagKind::Value),
    ("exclude", FlagKind::Value),
    ("exclude-file", FlagKind::Value),
    ("state", FlagKind::Value),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] drift [options]

  Reads all objects and lists what was changed outside: each attribute with
  its old and its new value and the file and line that want the old one, and
  each object that vanished. Nothing is locked and nothing is changed.

  Exits with 0 when nothing drifted, 2 when something did, 1 after an error.

Options:

  -accept=ADDRESS     Write the real values of this resource instance into
                      configuration, so that a plan leaves them as they are,
                      or say why that can not be done. May be repeated.
  -format=FORMAT      \"text\", or \"markdown\" for an issue or a comment.
  -json               One JSON object, for programs.
  -target=ADDRESS     Look only at this module, resource or instance, and at
                      what it depends on. May be repeated.
  -exclude=ADDRESS    Look at all but this and what depends on it. May be
                      repeated.
  -target-file=FILE   The same for all addresses in a file, one a line.
  -exclude-file=FILE
  -var 'name=value'   Set a variable of the root module. May be repeated.
  -var-file=FILE      Set variables from a file, besides terraform.tfvars and
                      *.auto.tfvars. May be repeated.
  -input=false        Do not ask for missing variables.
  -no-color           No colours.
  -parallelism=N      How many operations run at a time; 10 unless said.
  -state=FILE         The state to use, with the local backend only.
";

/// How the findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Markdown,
    Json,
}

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS, VARIABLE_FLAGS, RUN_FLAGS], arguments).map_err(Failure::flags)?;
    if !parsed.positional.is_empty() {
        return Err(super::too_many("To specify a working directory, use the global -chdir flag."));
    }
    let format = format(&parsed)?;
    let found = match find(session, &parsed, format).await {
        Err(Failure::Diagnostics(diagnostics)) if format == Format::Json => Found::failed(diagnostics),
        found => found?,
    };
    Ok(found.tell(session, format))
}

fn format(parsed: &Parsed) -> Result<Format, Failure> {
    match (parsed.value("format"), parsed.is("json", false)) {
        (None | Some("json"), true) | (Some("json"), false) => Ok(Format::Json),
        (None | Some("text"), false) => Ok(Format::Text),
        (Some("markdown"), false) => Ok(Format::Markdown),
        (Some(_), true) => Err(Failure::flags("-json and -format exclude each other")),
        (Some(other), _) => Err(Failure::flags(format!(
            "invalid value {other:?} for flag -format: it is \"text\", \"markdown\" or \"json\""
        ))),
    }
}

/// All that there is to tell.
struct Found {
    drift: Drift,
    accepted: Vec<Acceptance>,
    diagnostics: Diagnostics,
}

impl Found {
    fn failed(diagnostics: Diagnostics) -> Self {
        Self { drift: Drift::default(), accepted: Vec::new(), diagnostics }
    }

    /// Prints it; the exit code.
    fn tell(self, session: &Session, format: Format) -> u8 {
        let failed = self.diagnostics.has_errors();
        let report = Report { drift: &self.drift, accepted: &self.accepted, sources: &session.view.sources };
        let drifted = self.drift.is_drifted();
        let code = if failed {
            1
        } else if drifted {
            2
        } else {
            0
        };
        if format == Format::Json {
            let all = session.view.arranged(self.diagnostics.clone());
            let all: Vec<&Diagnostic> = all.iter().map(|found| &found.diagnostic).collect();
            print(&session.view.with_sources(|sources| json::drift(&report, &all, sources)));
            return code;
        }
        // After an error it is not known that nothing drifted.
        if !failed || drifted {
            print(&if format == Format::Markdown { markdown(&report) } else { text(&report, &session.view.style) });
        }
        match format {
            Format::Markdown => session.view.diagnostics_aside(self.diagnostics),
            Format::Text | Format::Json => drop(session.view.diagnostics(self.diagnostics)),
        }
        code
    }
}

/// What is looked at.
struct Looked {
    tree: ModuleTree,
    providers: ProviderSet,
    state: State,
    diagnostics: Diagnostics,
}

async fn find(session: &Session, parsed: &Parsed, format: Format) -> Result<Found, Failure> {
    session.interrupts.watch(&session.view, Ends::Command);
    let operation = Operation::from_flags(session, parsed, DefaultMode::AsFlags)?;
    let mut looked = look(session, &operation).await?;
    let asking = match operation.input && format == Format::Text && prompt::allowed(session) {
        true => Asking::Allowed,
        false => Asking::No,
    };
    let (given, warnings) = variables::collect(session, looked.tree.root(), &operation.variables, asking)?;
    looked.diagnostics.extend(warnings);
    let options = options(&operation, given);
    let (drifted, found) = drifted(session, &looked, &options).await;
    let failed = found.has_errors();
    looked.diagnostics.extend(found);
    let Some(drifted) = drifted else { return Ok(Found::failed(looked.diagnostics)) };
    let addresses = accepted_addresses(parsed)?;
    if failed || addresses.is_empty() {
        return Ok(Found { drift: drifted.drift, accepted: Vec::new(), diagnostics: looked.diagnostics });
    }
    let accepted = accept::accept(session, &looked, &drifted, &options, &addresses).await?;
    looked.diagnostics.extend(accepted.diagnostics);
    let drift = without(drifted.drift, &accepted.all);
    Ok(Found { drift, accepted: accepted.all, diagnostics: looked.diagnostics })
}

fn accepted_addresses(parsed: &Parsed) -> Result<Vec<ResourceInstance>, Failure> {
    let address = |text: &str| {
        text.parse().map_err(|error: landform_addrs::AddressError| {
            Failure::usage(Diagnostic::error(format!("Invalid address {text:?}"), format!("{error}.")))
        })
    };
    parsed.values("accept").map(address).collect()
}

/// What is left when configuration wants some values as they are.
fn without(mut drift: Drift, accepted: &[Acceptance]) -> Drift {
    for object in &mut drift.objects {
        let before = object.attributes.len();
        let written = |path: &landform_values::Path| {
            let wanted = accepted.iter().filter(|found| found.address == object.address && found.is_written());
            wanted.filter_map(|found| found.path.as_ref()).any(|written| written == path)
        };
        let kept: Vec<_> = object.attributes.iter().filter(|attribute| !written(&attribute.path)).cloned().collect();
        object.attributes = kept;
        let settled = before - object.attributes.len();
        object.folded.settled += settled;
        drift.folded.settled += settled;
        if settled > 0 && object.attributes.is_empty() {
            object.fate = Fate::Unchanged;
        }
    }
    drift.objects.retain(|object| object.is_drifted() || !object.pending.is_empty());
    drift
}

fn options(operation: &Operation, variables: BTreeMap<Str, Given>) -> PlanOptions {
    PlanOptions {
        mode: Mode::Normal,
        targets: operation.targets.clone(),
        excludes: operation.excludes.clone(),
        variables,
        parallelism: operation.parallelism,
        ..PlanOptions::default()
    }
}

/// Loads configuration and state as they are, whoever is at work on them.
async fn look(session: &Session, operation: &Operation) -> Result<Looked, Failure> {
    let root = session.load_root()?;
    let place = backend::place(session, &root, &operation.local).await?;
    let (tree, mut diagnostics) = session.load_tree()?;
    let stored = place.store.read().await?;
    diagnostics.extend(place.store.take_warnings());
    let path = Journal::path(&session.world.data_dir(), &place.workspace);
    let recovery = Journal::look(path, &place.owner(), stored.as_ref()).await?;
    diagnostics.extend(recovery.diagnostics);
    diagnostics.extend(recovery.unfinished.iter().map(Begun::warning));
    let state = recovery.state.unwrap_or_else(|| State::new(COMPATIBLE_VERSION));
    Ok(Looked { tree, providers: session.providers(), state, diagnostics })
}

async fn drifted(session: &Session, looked: &Looked, options: &PlanOptions) -> (Option<Drifted>, Diagnostics) {
    let environment = Environment {
        tree: &looked.tree,
        providers: &looked.providers,
        settings: session.settings(),
        observer: &Silent,
        stop: session.interrupts.stop().clone(),
    };
    landform_core::drift::drift(&environment, &looked.state, options).await
}
