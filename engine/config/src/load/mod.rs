//! From directories to modules and trees of modules.

mod files;
mod module;
mod tree;

pub use files::{DiskFiles, FileSource, MemoryFiles, ModuleFiles, join, module_files, no_configuration_files};
pub use module::load_module;
pub use tree::{ModuleNode, ModuleTree, load_tree, load_tree_with};
