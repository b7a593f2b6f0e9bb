//! States as files on this machine: `terraform.tfstate`, and `terraform.tfstate.d/<workspace>/terraform.tfstate`.

mod errored;
mod store;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use fs_err as fs;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_schema::{Attribute, Block};
use landform_values::{Type, Value};

pub use errored::{ERRORED_STATE, write_errored_state};
pub use store::LocalStore;

use crate::backend::DEFAULT_WORKSPACE;
use crate::files;
use crate::{Backend, StateStore};

const STATE_FILE: &str = "terraform.tfstate";
const WORKSPACE_FOLDER: &str = "terraform.tfstate.d";

/// Where local states are. Paths are relative to the folder that the backend is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalConfig {
    /// `path`: the default workspace's state; `terraform.tfstate` when not given.
    pub path: Option<PathBuf>,
    /// `workspace_dir`: the folder of the other workspaces' folders; `terraform.tfstate.d` when not given.
    pub workspace_dir: Option<PathBuf>,
    /// `-state`: read and, unless there is `-state-out`, written instead of the workspace's own file.
    pub state: Option<PathBuf>,
    /// `-state-out`: written instead of the file that is read.
    pub state_out: Option<PathBuf>,
    /// `-backup`: where the replaced state is kept; next to the written file when not given.
    pub backup: Backup,
}

/// Where the state that a run replaces is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Backup {
    /// Next to the written file, with `.backup` appended to its name.
    #[default]
    Beside,
    /// In this file.
    At(PathBuf),
    /// Nowhere.
    Off,
}

/// The three files of one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFiles {
    /// Read until the first write.
    pub read: PathBuf,
    /// Locked and written.
    pub write: PathBuf,
    /// Keeps what the first write replaces.
    pub backup: Option<PathBuf>,
}

impl LocalConfig {
    /// The arguments of `backend "local"`.
    pub fn schema() -> Block {
        let text = || Attribute::of(Type::String).optional();
        Block { attributes: [("path".into(), text()), ("workspace_dir".into(), text())].into(), ..Block::default() }
    }

    /// From a value of the schema's type.
    ///
    /// # Errors
    /// When an argument is empty.
    pub fn from_value(value: &Value) -> Result<Self, Diagnostics> {
        let argument = |name: &str, what: &str| match value.get_attribute(name).and_then(Value::as_str) {
            Some("") => Err(Diagnostic::error(
                format!("Invalid local {what} path"),
                format!("The {name:?} attribute value must not be empty."),
            )),
            other => Ok(other.map(PathBuf::from)),
        };
        match (argument("path", "state file"), argument("workspace_dir", "workspace directory")) {
            (Ok(path), Ok(workspace_dir)) => Ok(Self { path, workspace_dir, ..Self::default() }),
            (path, folder) => Err([path.err(), folder.err()].into_iter().flatten().collect()),
        }
    }

    /// The files of a workspace.
    pub fn files(&self, workspace: &str) -> StateFiles {
        let own = if workspace == DEFAULT_WORKSPACE {
            self.path.clone().unwrap_or_else(|| STATE_FILE.into())
        } else {
            self.workspace_folder().join(workspace).join(STATE_FILE)
        };
        let read = self.state.clone().unwrap_or(own);
        let write = self.state_out.clone().unwrap_or_else(|| read.clone());
        let backup = match &self.backup {
            Backup::Off => None,
            Backup::At(path) => Some(path.clone()),
            Backup::Beside => {
                let mut name = write.clone().into_os_string();
                name.push(".backup");
                Some(name.into())
            }
        };
        StateFiles { read, write, backup }
    }

    fn workspace_folder(&self) -> &Path {
        self.workspace_dir.as_deref().unwrap_or(Path::new(WORKSPACE_FOLDER))
    }
}

/// States as files.
#[derive(Debug)]
pub struct LocalBackend {
    folder: PathBuf,
    config: LocalConfig,
}

impl LocalBackend {
    /// In a folder: the root module's.
    pub fn new(folder: impl Into<PathBuf>, config: LocalConfig) -> Self {
        Self { folder: folder.into(), config }
    }

    fn workspace_folder(&self) -> PathBuf {
        self.folder.join(self.config.workspace_folder())
    }
}

#[async_trait]
impl Backend for LocalBackend {
    async fn workspaces(&self) -> Result<Vec<String>, Diagnostics> {
        let folder = self.workspace_folder();
        let mut names = Vec::new();
        match fs::read_dir(&folder) {
            Ok(entries) => {
                let folders = entries.flatten().filter(|entry| entry.path().is_dir());
                names.extend(folders.filter_map(|entry| entry.file_name().into_string().ok()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(files::problem("Failed to list workspaces", &error)),
        }
        names.retain(|name| name != DEFAULT_WORKSPACE);
        names.sort();
        names.insert(0, DEFAULT_WORKSPACE.to_owned());
        Ok(names)
    }

    async fn delete_workspace(&self, name: &str) -> Result<(), Diagnostics> {
        if name == DEFAULT_WORKSPACE {
            return Err(crate::backend::default_workspace_stays());
        }
        let folder = self.workspace_folder().join(name);
        match fs::remove_dir_all(&folder).and_then(|()| files::sync_folder(&folder)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(files::problem("Failed to delete workspace", &error))
            }
            _ => Ok(()),
        }
    }

    async fn open(&self, workspace: &str) -> Result<Arc<dyn StateStore>, Diagnostics> {
        if workspace != DEFAULT_WORKSPACE {
            let folder = self.workspace_folder().join(workspace);
            files::create_folders(&folder).map_err(|error| files::problem("Failed to create workspace", &error))?;
        }
        Ok(Arc::new(LocalStore::new(&self.folder, self.config.files(workspace))))
    }
}
