//! Compiling `import` blocks.

use landform_config::{Import, ImportKey};
use landform_lang::syntax::as_traversal;
use landform_lang::syntax::ast::{Expr, ExprKind, Ident};

use super::compile::Compiler;
use super::{CompiledImport, ImportAddress, ImportStep};

impl Compiler<'_> {
    /// An import block; without `for_each`, its address must be static.
    pub(super) fn import(&mut self, import: &Import) -> Option<CompiledImport> {
        if import.for_each.is_none()
            && let Err(error) = as_traversal(&import.to)
        {
            self.report([error]);
            return None;
        }
        let (root, steps) = self.import_steps(&import.to)?;
        Some(CompiledImport {
            resource: import.resource.clone(),
            to: ImportAddress { root, steps, span: import.to.span },
            key: self.expression(import.key.expression()),
            by_identity: matches!(import.key, ImportKey::Identity(_)),
            for_each: import.for_each.as_ref().map(|for_each| self.expression(for_each)),
        })
    }

    fn import_steps(&mut self, to: &Expr) -> Option<(Ident, Vec<ImportStep>)> {
        match &to.kind {
            ExprKind::Index(collection, key) => {
                let (root, mut steps) = self.import_steps(collection)?;
                steps.push(ImportStep::Key(self.expression(key)));
                Some((root, steps))
            }
            ExprKind::RelativeTraversal(source, more) => {
                let (root, mut steps) = self.import_steps(source)?;
                steps.extend(more.iter().cloned().map(ImportStep::Static));
                Some((root, steps))
            }
            _ => {
                let found = as_traversal(to).map_err(|error| self.report([error])).ok()?;
                Some((found.root, found.steps.into_iter().map(ImportStep::Static).collect()))
            }
        }
    }
}
