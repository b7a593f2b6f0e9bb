//! Backends: which there are, and the one that a root module uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use landform_config::{Backend as Declared, Module};
use landform_diagnostics::{Diagnostic, Diagnostics, suggestion};
use landform_install::backend::{
    BackendConfig, BackendOverrides, BackendRecord, check_initialized, decode_backend, read_record, undecodable,
};
use landform_provider_builtin::{Host, RemoteStateRequest};
use landform_schema::Block;
use landform_state::journal::Owner;
use landform_state::local::LocalStore;
use landform_state::s3::Environment;
use landform_state::{Backend, DEFAULT_WORKSPACE, LocalBackend, LocalConfig, S3Backend, S3Config, State, StateStore};
use landform_values::{Step, Str, Value, convert};

use crate::failure::Failure;
use crate::session::{Clock, LoadedRoot, Session};
use crate::world::World;

/// The types of backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Files on this machine.
    Local,
    /// Objects in a bucket.
    S3,
}

/// Backends that only Terraform has.
const OTHER_KINDS: [&str; 11] =
    ["azurerm", "cloud", "consul", "cos", "gcs", "http", "inmem", "kubernetes", "oss", "pg", "remote"];

const KINDS: [(&str, Kind); 2] = [("local", Kind::Local), ("s3", Kind::S3)];

impl Kind {
    /// By name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The type that a block names.
    pub(crate) fn of(declared: &Declared) -> Result<Self, Diagnostic> {
        Self::named(&declared.kind).ok_or_else(|| unsupported(&declared.kind).at(declared.kind_span))
    }

    /// The arguments of its block.
    pub(crate) fn schema(self) -> Block {
        match self {
            Self::Local => LocalConfig::schema(),
            Self::S3 => S3Config::schema(),
        }
    }

    /// A backend with a configuration of its schema's type.
    pub(crate) async fn make(
        self,
        value: &Value,
        world: &World,
        local: &LocalConfig,
    ) -> Result<Arc<dyn Backend>, Diagnostics> {
        match self {
            Self::Local => {
                let configured = LocalConfig::from_value(value)?;
                let config =
                    LocalConfig { path: configured.path, workspace_dir: configured.workspace_dir, ..local.clone() };
                Ok(Arc::new(LocalBackend::new(&world.directory, config)))
            }
            Self::S3 => s3(value, world).await,
        }
    }
}

async fn s3(value: &Value, world: &World) -> Result<Arc<dyn Backend>, Diagnostics> {
    let environment: Environment = world.environment.clone().into();
    let (config, mut found) = S3Config::from_value(value, &environment);
    let Some(config) = config else { return Err(found) };
    let (backend, more) = S3Backend::connect(config, &environment, Arc::new(Clock::new())).await;
    found.extend(more);
    match backend {
        Some(backend) => Ok(Arc::new(backend)),
        None => Err(found),
    }
}

/// Why there is no backend of that name, as the data source `terraform_remote_state` tells it.
fn no_backend(name: &str) -> String {
    match name {
        "artifactory" | "etcd" | "etcdv3" | "manta" | "swift" => {
            format!("The {name:?} backend is not supported in Terraform v1.3 or later.")
        }
        "azure" => "The \"azure\" backend name has been removed, please use \"azurerm\".".to_owned(),
        _ => format!("There is no backend type named {name:?}."),
    }
}

/// What is wrong with an object that is given in place of a backend's block.
fn misfit(config: &Value, schema: &Block) -> Option<String> {
    let given = config.as_mapping().map_or(&[][..], |given| given.items());
    let is_known = |name: &Str| schema.attributes.contains_key(name) || schema.blocks.contains_key(name);
    if let Some((other, _)) = given.iter().find(|(name, _)| !is_known(name)) {
        return Some(format!("unexpected attribute {other:?}"));
    }
    schema.attributes.iter().find_map(|(name, attribute)| match config.get_attribute(name) {
        None => attribute.required.then(|| format!("attribute {name:?} is required")),
        Some(value) => {
            convert(value, &attribute.ty).err().map(|error| error.inside(Step::Attribute(name.clone())).to_string())
        }
    })
}

fn unsupported(name: &str) -> Diagnostic {
    let hint = suggestion(name, KINDS.iter().map(|(known, _)| *known))
        .map(|known| format!("\n\nDid you mean {known:?}?"))
        .unwrap_or_default();
    Diagnostic::error("Invalid backend type", format!("{}{hint}", no_backend(name)))
}

/// Going on would begin a second state beside the one that is there.
fn in_cloud() -> Diagnostic {
    Diagnostic::error(
        "HCP Terraform is not supported",
        "The \"cloud\" block keeps this configuration's state in HCP Terraform or Terraform Enterprise, where Landform can not reach it.\n\nTo work on it here, save the state with \"terraform state pull\", configure a \"backend\" block in place of the \"cloud\" block, run \"landform init\", and bring the state there with \"landform state push\".",
    )
}

/// The block of a root module, decoded without `-backend-config`.
fn declared(
    session: &Session,
    root: &Arc<Module>,
    record: Option<&BackendRecord>,
) -> Result<Option<(Kind, BackendConfig)>, Diagnostics> {
    if let Some(cloud) = &root.cloud {
        return Err(in_cloud().at(cloud.span).into());
    }
    let Some(declared) = &root.backend else { return Ok(None) };
    let kind = Kind::of(declared)?;
    let (config, _) = decode_backend((root, declared), &BackendOverrides::default(), &kind.schema(), &session.early());
    // What is wrong with it is for `init` to tell.
    config.map(|config| Some((kind, config))).ok_or_else(|| undecodable(kind.name(), record).into())
}

/// The backend that a root module uses, as `init` set it up, with the name of its type.
pub(crate) async fn open(
    session: &Session,
    root: &Arc<Module>,
    local: &LocalConfig,
) -> Result<(&'static str, Arc<dyn Backend>), Diagnostics> {
    session.valid_workspace()?;
    let record = read_record(&session.working_directory())?;
    let declared = declared(session, root, record.as_ref())?;
    let schema = declared.as_ref().map(|(kind, _)| kind.schema());
    let config = declared.as_ref().map(|(_, config)| config).zip(schema.as_ref());
    match (check_initialized(config, record.as_ref())?, &declared) {
        (Some(value), Some((kind, _))) => Ok((kind.name(), kind.make(&value, &session.world, local).await?)),
        _ => Ok((Kind::Local.name(), Arc::new(LocalBackend::new(&session.world.directory, local.clone())))),
    }
}

/// State on this machine, whatever the configuration says.
pub(crate) fn local(session: &Session, local: &LocalConfig) -> LocalBackend {
    LocalBackend::new(&session.world.directory, local.clone())
}

/// A workspace's state, and what tells it from others.
pub(crate) struct Place {
    /// The name of the backend's type.
    pub(crate) backend: &'static str,
    /// The workspace.
    pub(crate) workspace: String,
    /// Its state.
    pub(crate) store: Arc<dyn StateStore>,
}

impl Place {
    /// As journals name their owner.
    pub(crate) fn owner(&self) -> Owner {
        let backend = format!("{} {}", self.backend, self.store.location());
        Owner { workspace: self.workspace.clone(), backend }
    }
}

/// The state of the selected workspace.
pub(crate) async fn place(session: &Session, root: &Arc<Module>, local: &LocalConfig) -> Result<Place, Diagnostics> {
    let (backend, found) = open(session, root, local).await?;
    let workspace = session.workspace();
    let store = found.open(&workspace).await?;
    Ok(Place { backend, workspace, store })
}

/// The store of the selected workspace.
pub(crate) async fn store(
    session: &Session,
    root: &Arc<Module>,
    local: &LocalConfig,
) -> Result<Arc<dyn StateStore>, Diagnostics> {
    Ok(place(session, root, local).await?.store)
}

/// The state of the selected workspace, for a command that does no more than look at it. `unreadable` tells of one that can
/// not be read.
///
/// Where `init` has set no backend up, the state is on this machine, or else the configuration names a backend, which is
/// an error. So the state is read there while the configuration is.
pub(crate) async fn read(
    session: &Session,
    local: &LocalConfig,
    unreadable: impl FnOnce(Diagnostics) -> Failure,
) -> Result<Option<State>, Failure> {
    let (root, state) = read_with_root(session, local, unreadable).await?;
    // The program is about to end, and the system takes memory back faster than all is freed one by one.
    std::mem::forget(root);
    Ok(state)
}

/// As [`read`], with the root module, for [`Session::load_tree_below`].
pub(crate) async fn read_with_root(
    session: &Session,
    local: &LocalConfig,
    unreadable: impl FnOnce(Diagnostics) -> Failure,
) -> Result<(LoadedRoot, Option<State>), Failure> {
    let loading = async {
        let root = session.load_root_to_go_on()?;
        let store = store(session, &root.module, local).await?;
        Ok::<_, Diagnostics>((root, store))
    };
    let is_default = session.workspace() == DEFAULT_WORKSPACE;
    if !is_default || !matches!(read_record(&session.working_directory()), Ok(None)) {
        let (root, store) = loading.await?;
        return Ok((root, store.read().await.map_err(unreadable)?));
    }
    let likely = LocalStore::new(&session.world.directory, local.files(DEFAULT_WORKSPACE));
    // Reading begins first, and goes on elsewhere while this thread loads.
    let (state, loaded) = tokio::join!(likely.read(), loading);
    let (root, _) = loaded?;
    Ok((root, state.map_err(unreadable)?))
}

/// The states of other roots, for `terraform_remote_state`.
pub(crate) struct RemoteStates {
    world: World,
}

impl RemoteStates {
    pub(crate) fn new(world: &World) -> Self {
        Self { world: world.clone() }
    }

    async fn backend(&self, request: &RemoteStateRequest) -> Result<Arc<dyn Backend>, Diagnostics> {
        let kind = Kind::named(&request.backend).ok_or_else(|| unsupported(&request.backend))?;
        let ty = kind.schema().implied_type();
        let config = landform_values::convert(&with_nulls(&request.config, &ty), &ty).map_err(|error| {
            Diagnostic::error(
                "Invalid backend configuration",
                format!("The configuration does not fit the backend: {error}."),
            )
        })?;
        kind.make(&config, &self.world, &LocalConfig::default()).await
    }
}

/// An object with null for every attribute of a type that it lacks.
fn with_nulls(value: &Value, ty: &landform_values::Type) -> Value {
    let landform_values::Type::Object(object) = ty else { return value.clone() };
    let given = |name: &str| value.get_attribute(name).or_else(|| value.as_mapping()?.get(name)).cloned();
    let known =
        object.iter().map(|(name, ty, _)| (name.clone(), given(name).unwrap_or_else(|| Value::null(ty.clone()))));
    Value::object(known)
}

#[async_trait]
impl Host for RemoteStates {
    fn random_bytes(&self, buffer: &mut [u8]) {
        rand::fill(buffer);
    }

    fn decode_tfvars(&self, source: &str) -> Result<Value, String> {
        crate::variables::decode_text(source)
    }

    fn check_backend(&self, request: &RemoteStateRequest) -> Diagnostics {
        let wrong = |detail: String, attribute: &str| {
            let step = landform_diagnostics::AttributeStep::Name(attribute.to_owned());
            let error = Diagnostic::error("Invalid backend configuration", detail);
            error.with_extra(|extra| extra.attribute = Some(vec![step])).into()
        };
        let name = &request.backend;
        let Some(kind) = Kind::named(name) else {
            // Those of Terraform are right as they are written; reading them says that there is none here.
            return if OTHER_KINDS.contains(&&**name) {
                Diagnostics::new()
            } else {
                wrong(no_backend(name), "backend")
            };
        };
        match misfit(&request.config, &kind.schema()) {
            None => Diagnostics::new(),
            Some(why) => {
                let detail = format!("The given configuration is not valid for backend {name:?}: {why}.");
                wrong(detail, "config")
            }
        }
    }

    async fn remote_outputs(&self, request: RemoteStateRequest) -> Result<Option<BTreeMap<Str, Value>>, Diagnostics> {
        let backend = self.backend(&request).await?;
        let workspace = if request.workspace.is_empty() { DEFAULT_WORKSPACE } else { &request.workspace };
        let Some(state) = backend.open(workspace).await?.read().await? else { return Ok(None) };
        // Terraform forgets which outputs of another state are sensitive, and roots rely on that.
        let outputs = landform_core::stored_outputs(&state).into_iter();
        Ok(Some(outputs.map(|(name, value)| (name, value.unmark_deep().0)).collect()))
    }
}
