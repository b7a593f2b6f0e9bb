//! The commands: which there are, and what each runs.

mod apply;
mod console;
mod drift;
mod fmt;
mod force_unlock;
mod get;
mod graph;
mod import;
mod init;
mod login;
mod metadata;
mod modules;
mod output;
mod plan;
mod providers;
mod refresh;
mod show;
mod state;
mod taint;
mod test;
mod validate;
mod version;
mod workspace;

use landform_diagnostics::Diagnostic;

use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;
use crate::view::Manner;

/// The version of Landform.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A command: its words, what it does in a line, its help.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) help: &'static str,
    pub(crate) manner: Manner,
}

const fn modern(name: &'static str, about: &'static str, help: &'static str) -> Command {
    Command { name, about, help, manner: Manner::Modern }
}

const fn classic(name: &'static str, about: &'static str, help: &'static str) -> Command {
    Command { name, about, help, manner: Manner::Classic }
}

/// What most people use.
pub(crate) const MAIN: [Command; 5] = [
    modern("init", "Prepare a working directory", init::HELP),
    modern("validate", "Check the configuration", validate::HELP),
    modern("plan", "Show what would be done", plan::HELP),
    modern("apply", "Bring real objects in line with configuration", apply::HELP),
    modern("destroy", "Destroy all that the configuration manages", apply::DESTROY_HELP),
];

/// All others.
pub(crate) const OTHERS: [Command; 35] = [
    classic("console", "Try expressions", console::HELP),
    modern("drift", "Show what was changed outside", drift::HELP),
    classic("fmt", "Bring files into the one style", fmt::HELP),
    classic("force-unlock", "Remove a lock that a dead run left", force_unlock::HELP),
    classic("get", "Install modules", get::HELP),
    classic("graph", "Print how resources depend on each other", graph::HELP),
    classic("import", "Adopt an object that exists", import::HELP),
    classic("login", "Store a token for a host", login::HELP),
    classic("logout", "Forget the token for a host", login::LOGOUT_HELP),
    classic("metadata", "Describe the program", metadata::HELP),
    classic("metadata functions", "Describe all functions", metadata::FUNCTIONS_HELP),
    modern("modules", "List the modules that are called", modules::HELP),
    modern("output", "Show the outputs in state", output::HELP),
    classic("providers", "Show which module requires which provider", providers::HELP),
    classic("providers schema", "Show the schemas of providers", providers::SCHEMA_HELP),
    modern("refresh", "Bring state in line with real objects", refresh::HELP),
    modern("show", "Show a state or a saved plan", show::HELP),
    classic("state", "Look at state and mend it", state::HELP),
    classic("state list", "List the resource instances in state", state::list::HELP),
    classic("state mv", "Give objects other addresses", state::mv::HELP),
    classic("state pull", "Print the state", state::pull::HELP),
    classic("state push", "Put a state file in the state's place", state::push::HELP),
    classic("state replace-provider", "Give objects to another provider", state::replace_provider::HELP),
    classic("state rm", "Forget objects without destroying them", state::rm::HELP),
    classic("state show", "Show one resource instance", state::show::HELP),
    classic("taint", "Mark an object for replacement", taint::HELP),
    modern("test", "Run the tests of a module", test::HELP),
    classic("untaint", "Take such a mark away", taint::UNTAINT_HELP),
    classic("version", "Show the version", version::HELP),
    classic("workspace", "Manage workspaces", workspace::HELP),
    classic("workspace delete", "Delete a workspace", workspace::delete::HELP),
    classic("workspace list", "List the workspaces", workspace::list::HELP),
    classic("workspace new", "Make a workspace", workspace::new::HELP),
    classic("workspace select", "Work in another workspace", workspace::select::HELP),
    classic("workspace show", "Show the selected workspace", workspace::show::HELP),
];

/// All commands.
pub(crate) fn all() -> impl Iterator<Item = &'static Command> {
    MAIN.iter().chain(&OTHERS)
}

/// Commands whose messages name files by whole paths.
const WHOLE_PATHS: [&str; 6] = ["state mv", "state pull", "state push", "state replace-provider", "state rm", "taint"];

/// Runs a command of the tables.
pub(crate) async fn dispatch(session: &Session, name: &str, arguments: &[String]) -> Outcome {
    let elsewhere = WHOLE_PATHS.contains(&name).then(|| session.named_in_full());
    let session = elsewhere.as_ref().unwrap_or(session);
    match name {
        "init" => init::run(session, arguments).await,
        "fmt" => fmt::run(session, arguments),
        "validate" => validate::run(session, arguments).await,
        "show" => show::run(session, arguments).await,
        "output" => output::run(session, arguments).await,
        "refresh" => refresh::run(session, arguments).await,
        "providers schema" => providers::schema(session, arguments).await,
        "metadata functions" => metadata::functions(arguments),
        "state list" => state::list::run(session, arguments).await,
        "state mv" => state::mv::run(session, arguments).await,
        "state pull" => state::pull::run(session, arguments).await,
        "state push" => state::push::run(session, arguments).await,
        "state replace-provider" => state::replace_provider::run(session, arguments).await,
        "state rm" => state::rm::run(session, arguments).await,
        "state show" => state::show::run(session, arguments).await,
        "taint" => taint::run(session, arguments, taint::Mark::Tainted).await,
        "test" => test::run(session, arguments).await,
        "untaint" => taint::run(session, arguments, taint::Mark::Ready).await,
        "workspace delete" => workspace::delete::run(session, arguments).await,
        "workspace list" => workspace::list::run(session, arguments).await,
        "workspace new" => workspace::new::run(session, arguments).await,
        "workspace select" => workspace::select::run(session, arguments).await,
        "workspace show" => workspace::show::run(session, arguments),
        "console" => console::run(session, arguments).await,
        "force-unlock" => force_unlock::run(session, arguments).await,
        "graph" => graph::run(session, arguments).await,
        "import" => import::run(session, arguments).await,
        "get" => get::run(session, arguments),
        "login" => login::login(arguments),
        "logout" => login::logout(session, arguments),
        "modules" => modules::run(session, arguments),
        "providers" => providers::run(session, arguments).await,
        "state" | "workspace" | "metadata" => Err(Failure::Misuse { message: String::new(), help: Help::Alone }),
        "drift" => drift::run(session, arguments).await,
        "plan" => plan::run(session, arguments).await,
        "apply" => apply::run(session, arguments, apply::Purpose::Apply).await,
        "destroy" => apply::run(session, arguments, apply::Purpose::Destroy).await,
        "version" => version::run(session, arguments),
        _ => unreachable!("only commands of the tables are picked"),
    }
}

/// More arguments than a command takes.
pub(crate) fn too_many(detail: &str) -> Failure {
    Failure::usage(Diagnostic::error("Too many command line arguments", detail))
}
