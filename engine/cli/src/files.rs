//! Configuration files on disk.

use std::path::PathBuf;
