//! `validate -json`, format 1.0.

use std::io;

use landform_diagnostics::{Diagnostic, Severity};
use serde_json::{Value as Json, json as object};

use super::go;
use crate::diagnostics::{self, Sources};

/// The document with the result of a validation. It ends with a line break.
pub fn validation<'a>(found: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources<'_>) -> io::Result<String> {
    let (mut errors, mut warnings) = (0, 0);
    let json = |diagnostic: &Diagnostic| {
        match diagnostic.severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
        }
        diagnostics::json(diagnostic, sources)
    };
    let all: Vec<Json> = found.into_iter().map(json).collect();
    let document = object!({
        "format_version": "1.0",
        "valid": errors == 0,
        "error_count": errors,
        "warning_count": warnings,
        "diagnostics": all,
    });
    Ok(go::pretty(&document)? + "\n")
}

#[cfg(test)]
mod tests {
    use landform_diagnostics::{Diagnostics, SourceMap, Span};

    use super::*;

    fn check(found: &Diagnostics, files: &SourceMap, expected: &str) {
        assert_eq!(validation(found.iter(), &Sources::of(files)).ok().as_deref(), Some(expected));
    }

    #[test]
    fn a_valid_configuration() {
        let expected = "{
  \"format_version\": \"1.0\",
  \"valid\": true,
  \"error_count\": 0,
  \"warning_count\": 0,
  \"diagnostics\": []
}
";
        check(&Diagnostics::new(), &SourceMap::new(), expected);
    }

    /// As Terraform says of an argument that a `terraform_data` resource does not have.
    #[test]
    fn an_invalid_configuration() {
        let files = SourceMap::new();
        let file = files.add("main.tf", "resource \"terraform_data\" \"a\" {\n  nope = \"<\"\n}\n");
        let mut found = Diagnostics::new();
        found.push(
            Diagnostic::error("Unsupported argument", "An argument named \"nope\" is not expected here.")
                .at(Span::new(file, 34, 38)),
        );
        found.push(Diagnostic::warning("Be warned", "Of something."));
        let expected = "{
  \"format_version\": \"1.0\",
  \"valid\": false,
  \"error_count\": 1,
  \"warning_count\": 1,
  \"diagnostics\": [
    {
      \"severity\": \"error\",
      \"summary\": \"Unsupported argument\",
      \"detail\": \"An argument named \\\"nope\\\" is not expected here.\",
      \"range\": {
        \"filename\": \"main.tf\",
        \"start\": {
          \"line\": 2,
          \"column\": 3,
          \"byte\": 34
        },
        \"end\": {
          \"line\": 2,
          \"column\": 7,
          \"byte\": 38
        }
      },
      \"snippet\": {
        \"context\": null,
        \"code\": \"  nope = \\\"\\u003c\\\"\",
        \"start_line\": 2,
        \"highlight_start_offset\": 2,
        \"highlight_end_offset\": 6,
        \"values\": []
      }
    },
    {
      \"severity\": \"warning\",
      \"summary\": \"Be warned\",
      \"detail\": \"Of something.\"
    }
  ]
}
";
        check(&found, &files, expected);
    }
}
