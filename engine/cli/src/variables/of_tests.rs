//! Values that tests are given from outside of their files. Whose they are is known run by run.

use indexmap::IndexMap;

use landform_config::Variable;
use landform_core::testing::GlobalVariables;
use landform_core::variables::Given;
use landform_diagnostics::{Diagnostics, SourceMap};
use landform_values::Str;

use super::{Collected, Origin, Raw, VariableFlag, gather, value_of};
use crate::session::Session;

/// Values that wait for the types of their variables.
pub(crate) struct TestVariables {
    values: IndexMap<Str, (Raw, Origin, String)>,
    sources: SourceMap,
}

impl TestVariables {
    /// Of the environment, the root module's files and the command line; with the files of the directory for tests over
    /// them, for those who are in it.
    ///
    /// # Errors
    /// When a file can not be read, or a flag can not be understood.
    pub(crate) fn gather(
        session: &Session,
        flags: &[VariableFlag],
        test_directory: &str,
    ) -> Result<(Self, Self, Diagnostics), Diagnostics> {
        let Collected { values, mut diagnostics } = gather(session, flags);
        let mut of_directory = Collected::default();
        of_directory.automatic_files(test_directory, session);
        diagnostics.extend(of_directory.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let sources = session.view.sources.clone();
        let of_both = values.clone().into_iter().chain(of_directory.values).collect();
        Ok((Self { values, sources: sources.clone() }, Self { values: of_both, sources }, diagnostics))
    }
}

impl GlobalVariables for TestVariables {
    fn get(&self, name: &str, variable: Option<&Variable>) -> Option<Result<Given, Diagnostics>> {
        let (raw, ..) = self.values.get(name)?;
        Some(value_of(name, raw.clone(), variable, &self.sources))
    }
}
