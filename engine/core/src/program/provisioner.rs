//! Provisioners of a compiled module, each with the connection that it uses.
//!
//! Create-time provisioners are a part of their resource: what they refer to is needed before it, and `self` is the
//! new object. Destroy-time provisioners refer to nothing but the object that is about to go, so that they run even when
//! nothing else is there any more; the configuration's own checks hold that.

use landform_addrs::Str;
use landform_config::check::Part;
use landform_config::{Connection, OnFailure, Provisioner, ProvisionerWhen};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::body::{CompiledBody, compile_body};
use landform_provider_api::connection_schema;
use landform_values::Value;

use super::compile::Compiler;
use crate::provisioners::ProvisionerSet;

/// A `provisioner` block.
pub(crate) struct CompiledProvisioner {
    /// Its kind, such as `local-exec`.
    pub(crate) kind: Str,
    /// When it runs.
    pub(crate) when: ProvisionerWhen,
    /// What its failure means.
    pub(crate) on_failure: OnFailure,
    /// Its configuration.
    pub(crate) body: CompiledBody,
    /// How it reaches the object: what the resource says, but for what it says itself.
    pub(crate) connection: Option<CompiledBody>,
}

impl CompiledProvisioner {
    /// All that it is made from.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &CompiledBody> {
        std::iter::once(&self.body).chain(&self.connection)
    }

    /// What the provisioner says against a connection, the value of `body`, each with its place.
    pub(crate) fn unsuitable(&self, known: &ProvisionerSet, body: &CompiledBody, connection: Value) -> Diagnostics {
        let Some(provisioner) = known.get(&self.kind) else { return Diagnostics::new() };
        let found = provisioner.validate_connection(&connection.unmark_deep().0);
        let place = |found: Diagnostic| {
            let place = body.place_of_problem(&found);
            found.at(place)
        };
        found.into_iter().map(place).collect()
    }
}

impl Compiler<'_> {
    /// Compiles provisioners with what the block around says of connections.
    pub(super) fn provisioners(
        &mut self,
        declared: &[Provisioner],
        base: Option<&Connection>,
    ) -> Vec<CompiledProvisioner> {
        let compile = |(index, provisioner)| {
            let (compiled, [found, of_connection]) = self.provisioner(provisioner, base);
            self.part(Part::Provisioner(index));
            self.report(found);
            self.part(Part::Connection(index));
            self.report(of_connection);
            compiled
        };
        declared.iter().enumerate().map(compile).collect()
    }

    fn provisioner(
        &mut self,
        provisioner: &Provisioner,
        base: Option<&Connection>,
    ) -> (CompiledProvisioner, [Diagnostics; 2]) {
        let found = self.means.provisioners.get(&provisioner.kind);
        let schema = found.map(|found| found.schema().clone()).unwrap_or_default();
        let (body, mut diagnostics) = compile_body(&provisioner.body, &schema, &mut self.names, self.means.sources);
        // Of a kind that there is not, nothing is known, and whoever runs it says so.
        if found.is_none() {
            diagnostics = Diagnostics::new();
        }
        let connection = match (base, &provisioner.connection) {
            (Some(base), Some(own)) => Some(base.body.overridden_by(&own.body)),
            (base, own) => base.or(own.as_ref()).map(|connection| connection.body.clone()),
        };
        let connection =
            connection.map(|body| compile_body(&body, &connection_schema(), &mut self.names, self.means.sources));
        let (connection, of_connection) = connection.unzip();
        let Provisioner { when, on_failure, .. } = *provisioner;
        let compiled = CompiledProvisioner { kind: provisioner.kind.clone(), when, on_failure, body, connection };
        (compiled, [diagnostics, of_connection.unwrap_or_default()])
    }

    /// The `connection` block of a resource, for what it refers to; [`Compiler::provisioners`] tells what is wrong.
    pub(super) fn connection(&mut self, declared: Option<&Connection>) -> Option<CompiledBody> {
        let compile = |connection: &Connection| {
            compile_body(&connection.body, &connection_schema(), &mut self.names, self.means.sources).0
        };
        declared.map(compile)
    }
}

/// A provisioner that the engine was not handed.
pub(crate) fn missing(kind: &str) -> Diagnostic {
    let detail = format!("This configuration requires provisioner plugin {kind:?}, which isn't available.");
    Diagnostic::error("Missing required provisioner plugin", detail)
}
