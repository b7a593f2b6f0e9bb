//! A configuration that a module is passed: the module has to know its name, and it must be of the right provider.

use landform_addrs::ProviderAddr;

use super::{Checker, UNDEFINED, is_of_hashicorp};
use crate::model::{LocalProvider, PassedProvider, ProviderRef};

const MISMATCH: &str = "Provider type mismatch";

impl Checker<'_> {
    pub(super) fn check_passed(&mut self, passed: &PassedProvider) {
        let name = passed.in_child.local();
        let wanted = self.wanted(&name);
        if !self.accepts(&name) {
            self.not_accepted(passed, &wanted);
        }
        let given = self.given(passed);
        if given != wanted {
            self.mismatch(passed, &given, &wanted);
        }
    }

    /// The provider that a name means in this module.
    fn wanted(&self, name: &LocalProvider) -> ProviderAddr {
        self.required(&name.name).cloned().unwrap_or_else(|| ProviderAddr::hashicorp(name.name.clone()))
    }

    /// Whether the module says that it wants to be passed this.
    fn accepts(&self, name: &LocalProvider) -> bool {
        let required = name.alias.is_none() && self.required(&name.name).is_some();
        let mut entries = self.module.required_providers.entries.values();
        required || self.proxies.contains_key(name) || entries.any(|entry| entry.aliases.contains(name))
    }

    /// The provider of what is passed. Terraform looks in the calling module for the called module's name first.
    fn given(&self, passed: &PassedProvider) -> ProviderAddr {
        let of = |name: &str| {
            let entries = self.parent().map(|parent| &parent.module.required_providers.entries);
            entries.and_then(|entries| entries.get(name)).map(|required| required.provider.clone())
        };
        let name = &passed.in_parent.name;
        of(&passed.in_child.local().to_string())
            .or_else(|| of(name))
            .unwrap_or_else(|| ProviderAddr::hashicorp(name.clone()))
    }

    fn not_accepted(&mut self, passed: &PassedProvider, wanted: &ProviderAddr) {
        let (name, source) = (passed.in_child.local().to_string(), wanted.for_display());
        let span = passed.in_child.name_span;
        if is_of_hashicorp(wanted) {
            let detail = format!(
                "There is no explicit declaration for local provider name {name:?} in {}, so Terraform is assuming you \
                 mean to pass a configuration for {source:?}.\n\nIf you also control the child module, add a \
                 required_providers entry named {name:?} with the source address {source:?}.",
                self.name()
            );
            self.found.warning(span, UNDEFINED, detail);
        } else {
            let detail = format!(
                "The child module does not declare any provider requirement with the local name {name:?}.\n\nIf you \
                 also control the child module, you can add a required_providers entry named {name:?} with the source \
                 address {source:?} to accept this provider configuration."
            );
            self.found.error(span, UNDEFINED, detail);
        }
    }

    fn mismatch(&mut self, passed: &PassedProvider, given: &ProviderAddr, wanted: &ProviderAddr) {
        let (given_name, wanted_name) = (given.for_display(), wanted.for_display());
        let (here, parent) = (self.name(), self.parent_name());
        if let Some((other, _)) = self.names_of(given).first() {
            let detail = format!(
                "The assigned configuration is for provider {given_name:?}, but local name {:?} in {parent} represents \
                 {wanted_name:?}.\n\nTo pass this configuration to the child module, use the local name {other:?} \
                 instead.",
                &*passed.in_child.name
            );
            return self.found.error(passed.in_child.name_span, MISMATCH, detail);
        }
        let (in_parent, in_child) = (shown(&passed.in_parent), shown(&passed.in_child));
        let detail = format!(
            "The local name {in_parent:?} in {parent} represents provider {given_name:?}, but {in_child:?} in {here} \
             represents {wanted_name:?}.\n\nEach provider has its own distinct configuration schema and provider types, \
             so this module's {in_child:?} can be assigned only a configuration for {wanted_name}, which is not \
             required by {here}."
        );
        self.found.error(passed.in_parent.name_span, MISMATCH, detail);
    }
}

fn shown(provider: &ProviderRef) -> String {
    provider.local().to_string()
}
