//! `landform state replace-provider`.

use landform_addrs::{AbsResource, ProviderAddr};
use landform_diagnostics::{Diagnostic, Diagnostics};

use super::{CHANGE_FLAGS, Held, open_to_change};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("auto-approve", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state replace-provider [options] FROM TO

  Gives all objects of one provider to another, which has to understand what
  state says of them. Both are source addresses, such as hashicorp/aws.

Options:

  -auto-approve        Do not ask.
  -backup=FILE         Where the replaced local state is kept.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -state=FILE          The state to change, with the local backend only.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS, CHANGE_FLAGS], arguments, Help::Output)?;
    let [from, to] = &parsed.positional[..] else {
        return Err(Failure::misuse("Exactly two arguments expected.\n", Help::Output));
    };
    session.check_required_versions()?;
    let (from, to) = providers(from, to)?;
    let held = open_to_change(session, &parsed, "state-replace-provider").await?;
    let outcome = replace(session, &held, (&from, &to), parsed.is("auto-approve", false)).await;
    held.release(session).await;
    outcome
}

fn providers(from: &str, to: &str) -> Result<(ProviderAddr, ProviderAddr), Diagnostics> {
    let parse = |role: &str, text: &str| {
        landform_config::address::parse_provider(text)
            .map_err(|error| Diagnostic::error(format!("Invalid {role:?} provider {text:?}"), as_text(&error.into())))
    };
    match (parse("from", from), parse("to", to)) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        (from, to) => Err([from.err(), to.err()].into_iter().flatten().collect()),
    }
}

async fn replace(
    session: &Session,
    held: &Held,
    (from, to): (&ProviderAddr, &ProviderAddr),
    approved: bool,
) -> Outcome {
    let mut state = held.state();
    let concerned = state.resources.iter().filter(|(_, resource)| resource.provider.provider == *from);
    let concerned: Vec<AbsResource> = concerned.map(|(address, _)| address.clone()).collect();
    if concerned.is_empty() {
        print("No matching resources found.\n");
        return Ok(0);
    }
    explain(session, &concerned, from, to);
    if !approved && !approve(session).await? {
        print("Cancelled replacing providers.\n");
        return Ok(0);
    }
    for address in &concerned {
        if let Some(resource) = state.resources.get_mut(address) {
            resource.provider.provider = to.clone();
        }
    }
    held.put(&state).await?;
    print(&format!("\nSuccessfully replaced provider for {} resources.\n", concerned.len()));
    Ok(0)
}

fn explain(session: &Session, concerned: &[AbsResource], from: &ProviderAddr, to: &ProviderAddr) {
    let view = &session.view;
    view.line("Landform will perform the following actions:\n");
    view.line("  [yellow]~[reset] Updating provider:");
    view.line(&format!("    [red]-[reset] {from}"));
    view.line(&format!("    [green]+[reset] {to}\n"));
    view.line(&format!("[bold]Changing[reset] {} resources:\n", concerned.len()));
    concerned.iter().for_each(|address| print(&format!("  {address}\n")));
}

async fn approve(session: &Session) -> Result<bool, Failure> {
    session.view.line("\n[bold]Do you want to make these changes?[reset]\nOnly 'yes' will be accepted to continue.\n");
    print("Enter a value: ");
    match session.world.await_answer().await {
        Some(answer) => Ok(answer == "yes"),
        None => Err(Failure::text("Error asking for approval: EOF")),
    }
}
