//! Why a package could not be fetched.

use std::io;

use crate::network::NetworkError;

/// Why a package could not be fetched. Messages have no secrets.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No way to fetch from such an address is known.
    #[error("download not supported for scheme '{0}'")]
    Scheme(String),
    /// An address of an object store.
    #[error(
        "{store} sources are not supported by Landform yet. Fetch the package with the store's own tool (such as \
         \"{tool}\") and refer to it by a local path, or use an \"https://\" address that needs no request signing (such \
         as a presigned one, with \"?archive=zip\" or the like where its path does not end in the archive's type), a git \
         repository or a module registry"
    )]
    ObjectStore {
        /// Which one.
        store: &'static str,
        /// Its tool.
        tool: &'static str,
    },
    /// The address makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// A subdirectory is not there.
    #[error("{0}")]
    Subdirectory(String),
    /// No response.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A response other than success.
    #[error("error downloading '{url}': bad response code: {status}")]
    Status {
        /// Where.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// A server that leads elsewhere all the time.
    #[error("too many X-Terraform-Get redirects")]
    TooManyRedirects,
    /// A server that names no package.
    #[error("error downloading '{url}': no source URL was returned")]
    NoSource {
        /// Where.
        url: String,
    },
    /// A program is not there.
    #[error("{0} must be available and on the PATH")]
    Program(String),
    /// A program failed.
    #[error("{command} exited with {code}: {output}")]
    Failed {
        /// What was run.
        command: String,
        /// How it ended.
        code: String,
        /// What it said.
        output: String,
    },
    /// An archive that can not be unpacked.
    #[error("{0}")]
    Archive(String),
    /// Something else was downloaded than was expected.
    #[error("Checksums did not match for {file}.\nExpected: {expected}\nGot: {found}")]
    Checksum {
        /// The file's name.
        file: String,
        /// In hexadecimal digits.
        expected: String,
        /// In hexadecimal digits.
        found: String,
    },
    /// A file or folder of this machine.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl FetchError {
    pub(super) fn unsupported(protocol: &str) -> Self {
        match protocol {
            "s3" => Self::ObjectStore { store: "Amazon S3", tool: "aws s3 cp" },
            "gcs" => Self::ObjectStore { store: "Google Cloud Storage", tool: "gcloud storage cp" },
            other => Self::Scheme(other.to_owned()),
        }
    }
}
