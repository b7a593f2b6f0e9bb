//! Root modules to measure on. They need no provider but the builtin one, so that both tools can plan and apply them.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::Result;

/// Resources in blocks of their own; every tenth refers to the one before it.
pub(super) fn blocks(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        let input = if index % 10 == 9 {
            format!("terraform_data.r{}.output", index - 1)
        } else {
            format!("\"value {index}\"")
        };
        writeln!(text, "resource \"terraform_data\" \"r{index}\" {{\n  input = {input}\n}}\n").expect(INFALLIBLE);
    }
    text
}

/// One resource of so many instances, and some more that refer to all of them.
pub(super) fn instances(count: usize, that_refer: usize) -> String {
    let mut text = format!(
        "resource \"terraform_data\" \"all\" {{\n  count = {count}\n  input = \"value ${{count.index}}\"\n}}\n"
    );
    for index in 0..that_refer {
        let input = "terraform_data.all[*].input";
        writeln!(text, "\nresource \"terraform_data\" \"r{index}\" {{\n  input = {input}\n}}").expect(INFALLIBLE);
    }
    text
}

/// Writes a root that calls a module of 13 resources so many times.
pub(super) fn write_modules(folder: &Path, calls: usize) -> Result<()> {
    let root = format!(
        "module \"service\" {{\n  source = \"./service\"\n  count  = {calls}\n  name   = \"service-${{count.index}}\"\n}}\n\n\
         output \"names\" {{\n  value = length(module.service[*].name)\n}}\n"
    );
    write(folder, &root)?;
    write(&folder.join("service"), &service(13))
}

/// Writes a root that calls a module so many times, each with a data source that waits for another module.
pub(super) fn write_modules_with_data(folder: &Path, calls: usize) -> Result<()> {
    let root = format!(
        "module \"network\" {{\n  source = \"./network\"\n}}\n\n\
         module \"service\" {{\n  source     = \"./service\"\n  count      = {calls}\n  depends_on = [module.network]\n}}\n"
    );
    write(folder, &root)?;
    write(&folder.join("network"), "resource \"terraform_data\" \"network\" {\n  input = \"10.0.0.0/16\"\n}\n")?;
    write(&folder.join("service"), SERVICE_WITH_DATA)?;
    Ok(fs_err::write(folder.join("shared.tfstate"), SHARED_STATE)?)
}

const SERVICE_WITH_DATA: &str = r#"data "terraform_remote_state" "shared" {
  backend = "local"
  config = {
    path = "${path.root}/shared.tfstate"
  }
}

resource "terraform_data" "service" {
  input = data.terraform_remote_state.shared.outputs.region
}
"#;

const SHARED_STATE: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 1,
  "lineage": "5c4f0a0e-5f6c-4f9a-8c53-7a1c1c3f2a11",
  "outputs": { "region": { "value": "eu-central-1", "type": "string" } },
  "resources": []
}
"#;

/// Writes `main.tf` of a folder.
pub(super) fn write(folder: &Path, text: &str) -> Result<()> {
    fs_err::create_dir_all(folder)?;
    Ok(fs_err::write(folder.join("main.tf"), text)?)
}

fn service(resources: usize) -> String {
    let mut text =
        "variable \"name\" {\n  type = string\n}\n\nlocals {\n  tags = { Name = var.name, Kind = \"service\" }\n}\n"
            .to_owned();
    for index in 0..resources {
        let input = match index {
            0 => "merge(local.tags, { Index = 0 })".to_owned(),
            _ => format!("merge(local.tags, {{ Index = {index}, Before = terraform_data.r{}.input.Name }})", index - 1),
        };
        write!(text, "\nresource \"terraform_data\" \"r{index}\" {{\n  input = {input}\n}}\n").expect(INFALLIBLE);
    }
    text + "\noutput \"name\" {\n  value = var.name\n}\n"
}

const INFALLIBLE: &str = "writing to a String does not fail";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_refer_to_earlier_ones() {
        let text = blocks(11);
        assert_eq!(text.matches("resource ").count(), 11);
        assert!(text.contains("\"r9\" {\n  input = terraform_data.r8.output"));
    }

    #[test]
    fn many_instances_are_one_block() {
        let text = instances(7, 2);
        assert!(text.contains("count = 7\n  input = \"value ${count.index}\""));
        assert_eq!(text.matches("terraform_data.all[*]").count(), 2);
    }

    #[test]
    fn a_service_has_its_resources() {
        let text = service(13);
        assert_eq!(text.matches("resource \"terraform_data\"").count(), 13);
        assert!(text.contains("Index = 12, Before = terraform_data.r11.input.Name"));
    }
}
