//! `landform providers`: who requires which provider, and what providers declare.

use landform_addrs::ProviderAddr;
use landform_install::providers::Requirements;
use landform_provider_api::ProviderSchemas;
use landform_views::json;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::args::{self, FlagKind, Flags};
use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::{print, print_with};
use landform_state::LocalConfig;

const SCHEMA_FLAGS: Flags = &[("json", FlagKind::Bool), ("no-color", FlagKind::Bool)];

pub(crate) const SCHEMA_HELP: &str = "\
Usage: landform [global options] providers schema -json

  Prints the schemas of all providers that the configuration and the state use,
  as JSON in format 1.0.
";

/// Runs `providers schema`.
pub(crate) async fn schema(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[SCHEMA_FLAGS], arguments).map_err(Failure::flags)?;
    if !parsed.is("json", false) {
        print(SCHEMA_HELP);
        return Err(Failure::Text("The `landform providers schema` command requires the `-json` flag.\n".to_owned()));
    }
    let (tree, _) = session.load_tree()?;
    let mut requirements = Requirements::of_tree(&tree);
    let store = backend::store(session, tree.root(), &LocalConfig::default()).await?;
    if let Some(state) = store.read().await? {
        requirements.add_state(state.resources.values().map(|resource| resource.provider.provider.clone()));
    }
    let providers = session.providers();
    let schemas: BTreeMap<ProviderAddr, Arc<ProviderSchemas>> = requirements
        .iter()
        .filter_map(|(address, _)| Some((address.clone(), providers.get(address)?.schemas())))
        .collect();
    let listed = schemas.iter().map(|(address, schemas)| (address, &**schemas));
    print_with(|out| json::write_provider_schemas(listed, out));
    print("\n");
    Ok(0)
}
