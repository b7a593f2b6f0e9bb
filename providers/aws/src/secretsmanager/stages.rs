//! The labels of a secret's versions.

use std::collections::BTreeSet;

use super::is_ending;
use super::loads::described;
use crate::core::{Aws, Error, Result};

/// The label of the version that readers get who name none.
pub(super) const CURRENT: &str = "AWSCURRENT";
/// The label of the version that was the present one before, which Secrets Manager moves by itself.
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";

/// The version of a secret that has a label.
pub(super) async fn holder(cx: &Aws, secret: &str, stage: &str) -> Result<Option<String>> {
    let versions = described(cx, secret).await?.and_then(|it| it.version_ids_to_stages).unwrap_or_default();
    let mut versions = versions.into_iter();
    Ok(versions.find(|(_, stages)| stages.iter().any(|it| it == stage)).map(|(version, _)| version))
}

/// Gives a version the labels in `to` that are not in `from`, and takes the others from it. The present version stays the
/// present one until another is.
pub(super) async fn change(
    cx: &Aws,
    (secret, version): (&str, &str),
    from: &BTreeSet<String>,
    to: &BTreeSet<String>,
) -> Result<()> {
    for stage in to.difference(from) {
        let before = holder(cx, secret, stage).await?.filter(|holder| holder != version);
        let request = cx.secretsmanager().update_secret_version_stage().secret_id(secret).version_stage(stage);
        request.move_to_version_id(version).set_remove_from_version_id(before).send().await?;
    }
    let became_current = to.contains(CURRENT) && !from.contains(CURRENT);
    let removable = |stage: &&String| *stage != CURRENT && !(became_current && *stage == PREVIOUS);
    for stage in from.difference(to).filter(removable) {
        remove(cx, (secret, version), stage).await?;
    }
    Ok(())
}

/// Takes a label from a version. A secret or version that is gone has none.
pub(super) async fn remove(cx: &Aws, (secret, version): (&str, &str), stage: &str) -> Result<()> {
    let request = cx.secretsmanager().update_secret_version_stage().secret_id(secret).version_stage(stage);
    match request.remove_from_version_id(version).send().await.map_err(Error::from) {
        Err(error) if !error.is_missing() && !is_ending(&error) => Err(error),
        _ => Ok(()),
    }
}
