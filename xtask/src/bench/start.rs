//! How long it takes to do nothing.

use crate::bench::Contest;
use crate::error::Result;

pub(crate) fn run(contest: &Contest) -> Result<()> {
    fs_err::create_dir_all(&contest.folder)?;
    contest.compare("version", &contest.folder, &["version"], |_| Ok(()))
}
