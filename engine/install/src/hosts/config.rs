//! The CLI configuration file: `.terraformrc` and `credentials.tfrc.json`.

use std::collections::BTreeMap;

use landform_diagnostics::{Diagnostic, Diagnostics, FileId, Severity, SourceMap};
use landform_lang::constant;
use landform_lang::syntax::ast::{Block, Expr};
use landform_lang::syntax::{BodySchema, parse_json, parse_native};
use landform_values::Value;

use super::Hosts;

/// Reads from a CLI configuration file, in native or JSON syntax by its name, what it says of hosts. Other settings
/// are left to others.
pub fn parse_cli_config(file: FileId, sources: &SourceMap) -> (Hosts, Diagnostics) {
    let is_json = sources.file(file).name.ends_with(".json");
    let (body, mut diagnostics) = if is_json { parse_json(sources, file) } else { parse_native(sources, file) };
    // The file is also read by programs that are less strict. What stands before an error counts.
    diagnostics.iter_mut().for_each(|found| found.severity = Severity::Warning);
    let schema = BodySchema::new()
        .block("credentials", &["host"])
        .block("host", &["host"])
        .block("credentials_helper", &["type"]);
    let (content, _, found) = body.partial_content(&schema);
    diagnostics.extend(found);
    let mut reader = Reader { hosts: Hosts::default(), sources, diagnostics };
    for block in &content.blocks {
        match &*block.kind {
            "credentials" => reader.credentials(block),
            "host" => reader.host(block),
            _ => reader.helper(block),
        }
    }
    (reader.hosts, reader.diagnostics)
}

struct Reader<'a> {
    hosts: Hosts,
    sources: &'a SourceMap,
    diagnostics: Diagnostics,
}

impl Reader<'_> {
    fn credentials(&mut self, block: &Block) {
        let (content, _, found) = block.body.partial_content(&BodySchema::new().optional("token"));
        self.diagnostics.extend(found);
        let Some(attribute) = content.attributes.get("token") else { return };
        let Some(token) = self.text(&attribute.value) else { return };
        self.hosts.add_token(&block.labels[0].name, &token);
    }

    fn host(&mut self, block: &Block) {
        let (content, _, found) = block.body.partial_content(&BodySchema::new().optional("services"));
        self.diagnostics.extend(found);
        let Some(attribute) = content.attributes.get("services") else { return };
        let (value, found) = constant(&attribute.value, self.sources);
        self.diagnostics.extend(found);
        self.hosts.add_services(&block.labels[0].name, addresses(&value));
    }

    fn helper(&mut self, block: &Block) {
        let detail = format!(
            "The credentials helper {:?} is not used: Landform reads credentials from \"credentials\" blocks, from the \
             file credentials.tfrc.json and from environment variables such as TF_TOKEN_app_example_com.",
            &*block.labels[0].name
        );
        self.diagnostics
            .push(Diagnostic::warning("Credentials helpers are not supported", detail).at(block.header_span));
    }

    /// The value of a constant string. The value itself is never part of a message.
    fn text(&mut self, expr: &Expr) -> Option<String> {
        let (value, found) = constant(expr, self.sources);
        self.diagnostics.extend(found);
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            let detail = "The \"token\" of a \"credentials\" block must be a string.";
            self.diagnostics.error(expr.span, "Invalid credentials", detail);
        }
        text
    }
}

/// The services whose value is an address.
fn addresses(services: &Value) -> BTreeMap<String, String> {
    let items = services.as_mapping().map_or(&[][..], |services| services.items());
    items.iter().filter_map(|(id, address)| Some((id.to_string(), address.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str, text: &str) -> (Hosts, Vec<String>) {
        let sources = SourceMap::new();
        let (hosts, diagnostics) = parse_cli_config(sources.add(name, text), &sources);
        (hosts, diagnostics.iter().map(|found| found.summary.clone()).collect())
    }

    #[test]
    fn native_syntax() {
        let (hosts, problems) = parse(
            ".terraformrc",
            r#"
            plugin_cache_dir = "/x"
            provider_installation {
              direct {}
            }
            credentials "app.example.com" { token = "t" }
            host "app.example.com" {
              services = { "modules.v1" = "https://app.example.com/m/", "x.v1" = {} }
            }
            "#,
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!(hosts.token("app.example.com").map(super::super::Token::authorization).as_deref(), Some("Bearer t"));
        let services = hosts.services("app.example.com").expect("services");
        assert_eq!(services.get("modules.v1").map(String::as_str), Some("https://app.example.com/m/"));
        assert_eq!(services.len(), 1);
    }

    #[test]
    fn json_syntax() {
        let (hosts, problems) =
            parse("credentials.tfrc.json", r#"{"credentials": {"app.example.com": {"token": "t"}}}"#);
        assert_eq!(problems, [""; 0]);
        assert!(hosts.token("app.example.com").is_some());
    }

    #[test]
    fn what_can_not_be_used() {
        let (hosts, problems) =
            parse("rc", "credentials \"a.b\" {\n token = [1]\n}\ncredentials_helper \"x\" {\n args = []\n}\n");
        assert_eq!(problems, ["Invalid credentials", "Credentials helpers are not supported"]);
        assert_eq!(hosts, Hosts::default());
    }

    #[test]
    fn what_stands_before_a_syntax_error_counts() {
        let text = "credentials \"a.b\" { token = \"t\" }\nprovider_installation { direct {} }\n";
        let (hosts, problems) = parse("rc", text);
        assert!(hosts.token("a.b").is_some());
        assert_eq!(problems, ["Argument definition required"]);
    }
}
