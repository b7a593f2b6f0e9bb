//! The canonical style, byte for byte as `terraform fmt` writes it.

mod layout;
mod rewrite;
mod spacing;
mod tokens;

#[cfg(test)]
mod tests;

use landform_diagnostics::SourceMap;

use super::ast::Body;
use tokens::WriterToken;

/// A configuration file in canonical style. A file with syntax errors comes back as it is: see
/// [`parse_native`](super::parse_native) for them.
pub fn format(text: &str) -> String {
    let source = SourceMap::new();
    let file = source.add("", text);
    let (body, diagnostics) = super::parse_native(&source, file);
    let Body::Native(body, ..) = body else { return text.to_owned() };
    if diagnostics.has_errors() {
        return text.to_owned();
    }
    let mut tokens = rewrite::rewrite(&body, tokens::scan(text));
    layout::lay_out(&mut tokens);
    tokens::write(&tokens, text.len())
}
