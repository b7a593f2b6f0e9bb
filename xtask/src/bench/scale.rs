//! Roots of many blocks: plan, apply and a plan without changes.

use std::fmt::Write as _;
use std::path::Path;

use crate::bench::{Contest, Tool};
use crate::error::Result;
use crate::workspace;

pub(crate) fn run(contest: &Contest, blocks: &[usize]) -> Result<()> {
    for &count in blocks {
        let folder = contest.folder.join(format!("blocks-{count}"));
        write_root(&folder, &chain_of_blocks(count))?;
        measure(contest, &folder, &format!("{count} blocks"))?;
        let folder = contest.folder.join(format!("count-{count}"));
        write_root(&folder, &one_block(count))?;
        measure(contest, &folder, &format!("count = {count}"))?;
    }
    Ok(())
}

fn measure(contest: &Contest, folder: &Path, name: &str) -> Result<()> {
    let anew = |tool: &Tool| {
        for file in [".terraform", "terraform.tfstate", "terraform.tfstate.backup"] {
            remove(&folder.join(file))?;
        }
        workspace::output(tool.command(folder).args(["init", "-input=false"])).map(drop)
    };
    let applied = |tool: &Tool| {
        anew(tool)?;
        workspace::output(tool.command(folder).args(APPLY)).map(drop)
    };
    contest.compare(&format!("{name}: plan"), folder, &["plan", "-input=false"], anew)?;
    contest.compare(&format!("{name}: apply"), folder, &APPLY, anew)?;
    contest.compare(&format!("{name}: plan without changes"), folder, &["plan", "-input=false"], applied)
}

const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// Every tenth block refers to the one before it.
fn chain_of_blocks(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        let input = if index % 10 == 9 {
            format!("terraform_data.r{}.output", index - 1)
        } else {
            format!("\"value {index}\"")
        };
        writeln!(text, "resource \"terraform_data\" \"r{index}\" {{\n  input = {input}\n}}\n")
            .expect("writing to a String does not fail");
    }
    text
}

fn one_block(count: usize) -> String {
    format!("resource \"terraform_data\" \"all\" {{\n  count = {count}\n  input = \"value ${{count.index}}\"\n}}\n")
}

fn write_root(folder: &Path, text: &str) -> Result<()> {
    fs_err::create_dir_all(folder)?;
    Ok(fs_err::write(folder.join("main.tf"), text)?)
}

fn remove(path: &Path) -> Result<()> {
    if path.is_dir() {
        fs_err::remove_dir_all(path)?;
    } else if path.exists() {
        fs_err::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_refer_to_earlier_ones() {
        let text = chain_of_blocks(11);
        assert_eq!(text.matches("resource ").count(), 11);
        assert!(text.contains("\"r9\" {\n  input = terraform_data.r8.output"));
    }

    #[test]
    fn a_count_is_one_block() {
        assert!(one_block(7).contains("count = 7\n  input = \"value ${count.index}\""));
    }
}
