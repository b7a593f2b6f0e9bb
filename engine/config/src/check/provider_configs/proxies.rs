//! Empty provider blocks, by which modules once said what they want to be passed.

use std::fmt::Write as _;

use indexmap::IndexMap;
use landform_addrs::{ProviderAddr, Str};
use landform_diagnostics::Span;

use super::Checker;
use crate::model::LocalProvider;
use crate::place::describe;

impl Checker<'_> {
    /// One warning a provider, with what to write instead.
    pub(super) fn check_proxies(&mut self) {
        let mut by_name: IndexMap<Str, Vec<(LocalProvider, Span)>> = IndexMap::new();
        for (local, span) in &self.proxies {
            by_name.entry(local.name.clone()).or_default().push((local.clone(), *span));
        }
        for (name, blocks) in by_name {
            let first = blocks.iter().map(|(_, span)| *span).min_by_key(|span| describe(self.sources, *span));
            let names: Vec<&LocalProvider> = blocks.iter().map(|(local, _)| local).collect();
            let detail = self.instead(&name, names);
            if let Some(span) = first {
                self.found.warning(span, "Redundant empty provider block", detail);
            }
        }
    }

    fn instead(&self, name: &Str, mut names: Vec<&LocalProvider>) -> String {
        let bare = names.iter().any(|local| local.alias.is_none());
        let required = self.required(name).filter(|_| bare).cloned();
        let source = required.unwrap_or_else(|| ProviderAddr::hashicorp(name.clone())).for_display();
        let mut text = format!(
            "Earlier versions of Terraform used empty provider blocks (\"proxy provider configurations\") for child \
             modules to declare their need to be passed a provider configuration by their callers. That approach was \
             ambiguous and is now deprecated.\n\nIf you control this module, you can migrate to the new declaration \
             syntax by removing all of the empty provider {:?} blocks and then adding or updating an entry like the \
             following to the required_providers block of {}:\n    {name} = {{\n      source = {source:?}\n",
            &**name,
            self.name()
        );
        if names.iter().any(|local| local.alias.is_some()) {
            names.sort_by_key(|local| local.to_string());
            text.push_str("      configuration_aliases = [\n");
            for local in names {
                let _ = writeln!(text, "        {local},");
            }
            text.push_str("      ]\n");
        }
        text + "    }"
    }
}
