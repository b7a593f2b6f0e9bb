//! What Terraform says, for recording.

use std::path::Path;
use std::process::Command;

use landform_config::load::MemoryFiles;

pub(crate) fn validate(archive: &str) -> Vec<String> {
    let output = in_folder(archive, &["validate", "-json"]);
    let json: serde_json::Value = serde_json::from_str(&output).expect("JSON");
    sorted(json["diagnostics"].as_array().into_iter().flatten())
}

pub(crate) fn plan(archive: &str) -> Vec<String> {
    let output = in_folder(archive, &["plan", "-json", "-input=false"]);
    let messages = output.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let messages: Vec<serde_json::Value> = messages.collect();
    sorted(messages.iter().filter_map(|message| message.get("diagnostic")))
}

fn sorted<'a>(diagnostics: impl Iterator<Item = &'a serde_json::Value>) -> Vec<String> {
    let mut lines: Vec<String> = diagnostics.map(line).collect();
    lines.sort();
    lines
}

fn in_folder(archive: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in MemoryFiles::from_archive(archive).iter() {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().expect("a folder above")).expect("creatable");
        fs_err::write(path, bytes).expect("writable");
    }
    if !folder.path().join(".terraform").exists() {
        terraform(folder.path(), &["init", "-backend=false", "-input=false"]);
    }
    terraform(folder.path(), arguments)
}

fn line(diagnostic: &serde_json::Value) -> String {
    let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
    let position = |end: &str| {
        let place = &diagnostic["range"][end];
        format!("{},{}", place["line"], place["column"])
    };
    let range = diagnostic["range"]["filename"]
        .as_str()
        .map(|file| format!("{file}:{}-{}", position("start"), position("end")));
    let detail = text("detail").replace('\n', "\\n");
    format!("{} {} {} | {detail}", text("severity"), range.unwrap_or_default(), text("summary"))
}

fn terraform(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .output()
        .expect("terraform is on the path when recording");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
