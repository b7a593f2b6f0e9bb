//! `landform login` and `landform logout`: tokens of hosts.

use crate::args::{self, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;

const FLAGS: Flags = &[];

pub(crate) const HELP: &str = "\
Usage: landform [global options] login [HOST]

  Is not offered: Landform has no browser log-in. Put a token for a host into
  the file .terraform.d/credentials.tfrc.json in your home folder, or into an
  environment variable TF_TOKEN_host.
";

pub(crate) const LOGOUT_HELP: &str = "\
Usage: landform [global options] logout [HOST]

  Is not offered: remove the token for the host from the file
  .terraform.d/credentials.tfrc.json in your home folder.
";

/// Runs `login`.
pub(crate) fn login(arguments: &[String]) -> Outcome {
    let host = host(arguments)?;
    let variable = host.replace('-', "__").replace('.', "_");
    Err(Failure::error(
        "Log-in is not offered",
        format!(
            "Landform has no browser log-in. Make a token for {host} on its web site, and put it into the environment variable TF_TOKEN_{variable} or into the file .terraform.d/credentials.tfrc.json in your home folder: {{\"credentials\": {{\"{host}\": {{\"token\": \"...\"}}}}}}"
        ),
    ))
}

/// Runs `logout`.
pub(crate) fn logout(session: &Session, arguments: &[String]) -> Outcome {
    let host = host(arguments)?;
    let path = session.world.home().map(|home| home.join(".terraform.d/credentials.tfrc.json"));
    let text = path.as_ref().and_then(|path| fs_err::read_to_string(path).ok()).unwrap_or_default();
    let stored: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    if stored["credentials"].get(&host).is_none() {
        session.view.line(&format!("No credentials for {host} are stored.\n"));
        return Ok(0);
    }
    Err(Failure::error(
        "Log-out is not offered",
        format!("Remove the token for {host} from the file .terraform.d/credentials.tfrc.json in your home folder."),
    ))
}

fn host(arguments: &[String]) -> Result<String, Failure> {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    match &parsed.positional[..] {
        [] => Err(Failure::misuse("Expected a single argument: HOST.\n", Help::Output)),
        [host] => Ok(host.to_ascii_lowercase()),
        _ => Err(Failure::misuse("The command expects at most one argument: the host to log in to.", Help::After)),
    }
}
