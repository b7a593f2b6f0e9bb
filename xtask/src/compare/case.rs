//! A case: versions of a root module and the commands of its life, in a folder from which it can be repeated by hand.

use std::path::Path;

use super::dice::Dice;
use super::render::{self, Files};
use super::steps::{self, Step};
use super::{change, generate};
use crate::error::Result;

pub(super) struct Case {
    versions: [(&'static str, Files); 3],
    pub(super) steps: Vec<Step>,
}

impl Case {
    /// The same for the same seed and number.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        let mut dice = Dice::new(seed, number);
        let first = generate::module(&mut dice, 0);
        let (second, mut blocks) = change::changed(&mut dice, &first);
        let (third, more_blocks) = change::changed(&mut dice, &second);
        let steps = steps::steps(&mut dice, [&first, &second, &third]);
        let (v1, v2) = (render::root(&first, &[]), render::root(&second, &blocks));
        if dice.chance(0.5) {
            blocks.clear();
        }
        blocks.extend(more_blocks);
        Self { versions: [("v1", v1), ("v2", v2), ("v3", render::root(&third, &blocks))], steps }
    }

    /// Writes the versions, and the steps as a script.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        for (version, files) in &self.versions {
            for (path, text) in files {
                let path = folder.join(version).join(path);
                fs_err::create_dir_all(path.parent().expect("it is in the folder"))?;
                fs_err::write(path, text)?;
            }
        }
        let steps: String = self.steps.iter().map(Step::script).collect();
        let head =
            "# In an empty folder: sh THIS_FILE TOOL\nexport CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null\n";
        Ok(fs_err::write(folder.join("steps"), format!("{head}{steps}"))?)
    }
}

impl Step {
    fn script(&self) -> String {
        let words = shlex::try_join(self.words.iter().map(String::as_str)).expect("words have no NUL");
        let copy = self.version.map(|version| format!("cp -R \"$(dirname \"$0\")/{version}/.\" .\n"));
        format!("{}\"$1\" {words}\n", copy.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All texts of a case.
    fn texts(seed: u64, number: u64) -> Vec<String> {
        let case = Case::new(seed, number);
        let files = case.versions.into_iter().flat_map(|(_, files)| files.into_values());
        files.chain(case.steps.iter().map(Step::script)).collect()
    }

    #[test]
    fn a_seed_has_its_cases() {
        assert_eq!(texts(7, 3), texts(7, 3));
        assert_ne!(texts(7, 3), texts(7, 4));
        assert_ne!(texts(7, 3), texts(8, 3));
    }

    #[test]
    fn nothing_is_left_open() {
        for text in (0..200).flat_map(|number| texts(1, number)) {
            assert!(!text.contains(['@', '%', '|']), "{text}");
            for (open, close) in [('{', '}'), ('[', ']'), ('(', ')')] {
                assert_eq!(text.matches(open).count(), text.matches(close).count(), "{text}");
            }
        }
    }

    #[test]
    fn all_kinds_of_blocks_come_up() {
        let all: String = (0..200).flat_map(|number| texts(1, number)).collect();
        let heads = ["count =", "for_each =", "module", "data", "check", "provisioner", "moved", "removed", "import"];
        for head in heads {
            assert!(all.lines().any(|line| line.trim_start().starts_with(head)), "{head}");
        }
    }
}
