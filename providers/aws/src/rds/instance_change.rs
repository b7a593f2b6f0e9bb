//! Changing and deleting instances.

use super::instance::Instance;
use super::instance_modify::{Change, When};
use super::{blue_green, instance_wait, tagging};
use crate::core::prelude::*;

/// Whether a change can not be made at this moment, but soon.
pub(super) fn is_passing(error: &Error) -> bool {
    let says = |text: &str| error.message().contains(text);
    error.is(&["InvalidParameterValue"])
        && (says("IAM role ARN value is invalid") || says("ENHANCED_MONITORING") || says("S3_SNAPSHOT_INGESTION"))
        || error.is(&["ValidationError"]) && says("couldn't fetch the role from instance profile")
        || error.is(&["InvalidParameterCombination"]) && says("previous storage change is being optimized")
        || error.is(&["InvalidDBInstanceState"]) && says("request later")
        || error.is(&["InvalidDBClusterStateFault"])
}

impl Instance {
    /// Makes the planned changes, or has RDS make them in the maintenance window.
    pub(super) async fn change(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        tagging::update(cx, prior.arn.as_str(), &prior.tags_all, &self.tags_all).await?;
        if self.replicate_source_db.text() != prior.replicate_source_db.text() {
            self.promote(prior, cx).await?;
        }
        if self.is_blue_green() && blue_green::is_worthwhile(self, prior, cx) {
            return blue_green::change(self, prior, cx).await;
        }
        let when = if self.apply_immediately.is_true() { When::Now } else { When::InTheWindow };
        let sent = self.send(prior, cx, when).await?;
        for attribute in sent {
            self.pending.add_secret(attribute, "RDS has done it");
        }
        Ok(())
    }

    /// Sends what differs, as soon as RDS takes it. The answer says what was sent.
    pub(super) async fn send(&self, before: &Self, cx: &Aws, when: When) -> Result<Vec<&'static str>> {
        let change = Change::between(cx, before, self, when);
        let sent = change.sent().to_vec();
        let Some(request) = change.request(before.name()) else { return Ok(sent) };
        retry_while(self.timeouts.update(), is_passing, || async { Ok(request.clone().send().await?) })
            .await
            .map_err(|error| error.while_doing(format!("changing DB instance {}", before.name())))?;
        Ok(sent)
    }

    /// Makes a database of its own of a replica.
    async fn promote(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if let Some(source) = self.replicate_source_db.text() {
            let message = format!("DB instance {} can not become a replica of {source}.", prior.name());
            return Err(Error::new("Not a replica", message)
                .hint("RDS makes replicas anew only: replace the database, or take replicate_source_db away."));
        }
        let request = cx
            .rds()
            .promote_read_replica()
            .db_instance_identifier(prior.name())
            .set_backup_retention_period(self.backup_retention_period.get_i32())
            .set_preferred_backup_window(self.backup_window.param());
        request.send().await?;
        instance_wait::settled(prior, cx).await
    }

    /// Deletes the database, after a last snapshot unless that is not wanted.
    pub(super) async fn remove(&self, cx: &Aws) -> Result<()> {
        let name = self.name();
        let last = self.final_snapshot_identifier.param().filter(|_| !self.skip_final_snapshot.is_true());
        if last.is_none() && !self.skip_final_snapshot.is_true() {
            let message = format!("DB instance {name} is to leave a last snapshot, and that has no name.");
            return Err(Error::new("Last snapshot without a name", message)
                .hint("Set final_snapshot_identifier, or skip_final_snapshot = true, and apply that before."));
        }
        let request = cx
            .rds()
            .delete_db_instance()
            .db_instance_identifier(name)
            .skip_final_snapshot(last.is_none())
            .set_final_db_snapshot_identifier(last)
            .delete_automated_backups(self.delete_automated_backups.get().unwrap_or(true));
        let delete = || async { Ok(request.clone().send().await?) };
        match retry_while(self.timeouts.delete(), is_passing, delete).await {
            Err(error) if error.message().contains("already being deleted") => {}
            Err(error) if error.message().contains("deletion protection") => {
                return Err(error.hint("Set deletion_protection = false and apply that before."));
            }
            deleted => {
                deleted?;
            }
        }
        instance_wait::gone(self, cx).await
    }
}
