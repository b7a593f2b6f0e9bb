//! What may stand where a person types: functions, and what the root module declares.

use std::collections::BTreeSet;

use landform_config::Module;

/// Everything that can be completed, sorted.
pub(super) struct Candidates(BTreeSet<String>);

const ALWAYS: [&str; 5] = ["path.cwd", "path.module", "path.root", "terraform.workspace", "type("];

impl Candidates {
    /// For expressions in a root module.
    pub(super) fn of(root: &Module) -> Self {
        let functions = landform_lang::functions::metadata().map(|(name, _)| name);
        let functions = functions.filter(|name| !name.contains("::")).map(|name| format!("{name}("));
        let variables = root.variables.keys().map(|name| format!("var.{name}"));
        let locals = root.locals.keys().map(|name| format!("local.{name}"));
        let calls = root.module_calls.keys().map(|name| format!("module.{name}"));
        let resources = root.resources.keys().map(ToString::to_string);
        let fixed = ALWAYS.iter().map(|text| (*text).to_owned());
        Self(functions.chain(variables).chain(locals).chain(calls).chain(resources).chain(fixed).collect())
    }

    /// Where the word begins that ends a text, and what it may become.
    pub(super) fn complete(&self, text: &str) -> (usize, Vec<String>) {
        let part_of_word = |next: char| next.is_alphanumeric() || matches!(next, '_' | '-' | '.');
        let start = text
            .rfind(|next| !part_of_word(next))
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let word = &text[start..];
        let matching = self.0.range(word.to_owned()..).take_while(|candidate| candidate.starts_with(word));
        (start, matching.cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_the_end_is_completed() {
        let names = ["local.a", "var.name", "var.number", "upper("];
        let candidates = Candidates(names.into_iter().map(str::to_owned).collect());
        let complete = |text| {
            let (start, found) = candidates.complete(text);
            format!("{start} {}", found.join(" "))
        };
        assert_eq!(complete("var.n"), "0 var.name var.number");
        assert_eq!(complete("[é, up"), "5 upper(");
        assert_eq!(complete("x.y"), "0 ");
        assert_eq!(complete("1 + "), "4 local.a upper( var.name var.number");
    }
}
