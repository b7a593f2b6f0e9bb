//! From directories to modules and trees of modules.

mod files;
mod module;
mod tests;
mod tree;

pub use files::{DiskFiles, FileSource, MemoryFiles, ModuleFiles, join, module_files, no_configuration_files};
pub use module::{LoadedModule, load_module};
pub use tests::{RunTree, TEST_DIRECTORY, load_module_with_tests, load_run_trees, tree_of_run};
pub use tree::{
    ModuleNode, ModuleTree, ProviderChoice, ProviderKey, load_installed_tree, load_tree, load_tree_below,
    load_tree_with,
};
