//! Changes made on a copy that then takes the database's place: blue/green deployments.
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments.html>

use aws_sdk_rds::types::{BlueGreenDeployment, DbInstance};
use landform_provider_api::framework::Planning;

use super::instance::Instance;
use super::instance_loads::Instances;
use super::instance_modify::{Change, When};
use super::instance_wait;
use crate::core::prelude::*;

/// What is worth a copy.
const ON_A_COPY: [&str; 30] = [
    "allocated_storage",
    "auto_minor_version_upgrade",
    "backup_retention_period",
    "backup_window",
    "ca_cert_identifier",
    "copy_tags_to_snapshot",
    "database_insights_mode",
    "db_subnet_group_name",
    "dedicated_log_volume",
    "enabled_cloudwatch_logs_exports",
    "engine_version",
    "iam_database_authentication_enabled",
    "instance_class",
    "iops",
    "license_model",
    "maintenance_window",
    "max_allocated_storage",
    "monitoring_interval",
    "monitoring_role_arn",
    "multi_az",
    "network_type",
    "option_group_name",
    "parameter_group_name",
    "performance_insights_enabled",
    "performance_insights_retention_period",
    "port",
    "publicly_accessible",
    "storage_throughput",
    "storage_type",
    "vpc_security_group_ids",
];
/// What another database has otherwise.
const OTHERWISE: [&str; 6] = ["arn", "hosted_zone_id", "id", "latest_restorable_time", "resource_id", "status"];
/// How long a deployment may refuse to switch over.
const PATIENCE: Duration = Duration::from_secs(600);

/// Whether there is a change that is made on a copy.
pub(super) fn is_worthwhile(now: &Instance, prior: &Instance, cx: &Aws) -> bool {
    Change::between(cx, prior, now, When::Now).sent().iter().any(|name| ON_A_COPY.contains(name))
}

/// The database will be another one.
pub(super) fn plan(planning: &mut Planning<'_>) {
    if ON_A_COPY.iter().any(|name| planning.changes(name)) {
        OTHERWISE.iter().for_each(|name| planning.set_unknown(name));
    }
}

/// Makes a copy, changes it, lets it take the database's place and deletes the database.
pub(super) async fn change(now: &mut Instance, prior: &Instance, cx: &Aws) -> Result<()> {
    prepare(now, prior, cx).await?;
    let id = begin(now, prior, cx).await?;
    let doing = |error: Error| error.while_doing(format!("changing {} by blue/green deployment {id}", prior.name()));
    let deployment = reached(now, cx, &id, "AVAILABLE").await.map_err(doing)?;
    change_copy(now, cx, name_in(deployment.target())).await.map_err(doing)?;
    switch_over(cx, &id).await.map_err(doing)?;
    let deployment = reached(now, cx, &id, "SWITCHOVER_COMPLETED").await.map_err(doing)?;
    now.id = described(cx, prior.name()).await.map_err(doing)?.dbi_resource_id.into();
    let old = name_in(deployment.source());
    let cleared = clear(now, prior, cx, (&id, old)).await;
    cleared.map_err(|error| {
        let hint = format!("The new database is in use. Delete deployment {id} and the old database {old} yourself.");
        doing(error).hint(hint)
    })
}

/// Copies are made of backups; and what can be changed in place is.
async fn prepare(now: &Instance, prior: &Instance, cx: &Aws) -> Result<()> {
    let mut first = prior.clone();
    if prior.backup_retention_period.known() == Some(&0) {
        first.backup_retention_period = now.backup_retention_period;
    }
    first.deletion_protection = now.deletion_protection;
    first.manage_master_user_password = now.manage_master_user_password;
    first.password = now.password.clone();
    first.password_wo = now.password_wo.clone();
    first.password_wo_version = now.password_wo_version;
    if !first.send(prior, cx, When::Now).await?.is_empty() {
        instance_wait::settled(prior, cx).await?;
    }
    Ok(())
}

async fn begin(now: &Instance, prior: &Instance, cx: &Aws) -> Result<String> {
    let version = now.engine_version.param().filter(|_| now.engine_version != prior.engine_version);
    let group = now.parameter_group_name.param().filter(|_| now.parameter_group_name != prior.parameter_group_name);
    let request = cx
        .rds()
        .create_blue_green_deployment()
        .blue_green_deployment_name(prior.name())
        .source(prior.arn.as_str())
        .set_target_engine_version(version)
        .set_target_db_parameter_group_name(group);
    let begun = request.send().await.map_err(|error| {
        Error::from(error).while_doing(format!("making a blue/green deployment of DB instance {}", prior.name()))
    })?;
    Ok(begun.blue_green_deployment.and_then(|it| it.blue_green_deployment_identifier).unwrap_or_default())
}

/// The deployment, once it is in a state.
async fn reached(now: &Instance, cx: &Aws, id: &str, wanted: &str) -> Result<BlueGreenDeployment> {
    let what = format!("blue/green deployment {id} to be {wanted}");
    wait_until(&what, now.timeouts.update(), || async {
        let request = cx.rds().describe_blue_green_deployments().blue_green_deployment_identifier(id);
        let found = request.send().await?.blue_green_deployments.unwrap_or_default().into_iter().next();
        let Some(deployment) = found else { return Ok(State::Pending("not visible".into())) };
        let status = deployment.status().unwrap_or("in an unknown state").to_owned();
        if ["INVALID_CONFIGURATION", "PROVISIONING_FAILED", "SWITCHOVER_FAILED"].contains(&status.as_str()) {
            let why = deployment.status_details().unwrap_or_default();
            let message = format!("Blue/green deployment {id} is {status}: {why}");
            return Err(Error::new("Database not changed", message)
                .hint("The database is as it was. Delete the deployment and its copy before you try again."));
        }
        Ok(if status == wanted { State::Done(deployment) } else { State::Pending(status) })
    })
    .await
}

async fn described(cx: &Aws, name: &str) -> Result<DbInstance> {
    let gone = || Error::new("Database not found", format!("There is no DB instance {name}."));
    cx.load_one::<Instances>(name).await?.get(name).cloned().ok_or_else(gone)
}

/// Changes on the copy what the deployment itself has not.
async fn change_copy(now: &Instance, cx: &Aws, copy: &str) -> Result<()> {
    let known =
        Instance { timeouts: now.timeouts.clone(), engine_version: now.engine_version.clone(), ..Instance::default() };
    let there = known.filled(&described(cx, copy).await?);
    let mut wanted = now.clone();
    wanted.identifier = there.identifier.clone();
    wanted.identifier_prefix = there.identifier_prefix.clone();
    wanted.replicate_source_db = there.replicate_source_db.clone();
    wanted.manage_master_user_password = there.manage_master_user_password;
    wanted.master_user_secret_kms_key_id = there.master_user_secret_kms_key_id.clone();
    wanted.password = Attr::Null;
    wanted.password_wo_version = Attr::Null;
    wanted.send(&there, cx, When::Now).await?;
    instance_wait::settled(&there, cx).await
}

async fn switch_over(cx: &Aws, id: &str) -> Result<()> {
    let request = cx.rds().switchover_blue_green_deployment().blue_green_deployment_identifier(id);
    let is_early = |error: &Error| error.is(&["InvalidBlueGreenDeploymentStateFault"]);
    retry_while(PATIENCE, is_early, || async { Ok(request.clone().send().await?) }).await?;
    Ok(())
}

/// Takes away the deployment and what was the database before.
async fn clear(now: &Instance, prior: &Instance, cx: &Aws, leftover: (&str, &str)) -> Result<()> {
    let (deployment, old) = leftover;
    cx.rds().delete_blue_green_deployment().blue_green_deployment_identifier(deployment).send().await?;
    if prior.deletion_protection.is_true() || now.deletion_protection.is_true() {
        let request = cx.rds().modify_db_instance().db_instance_identifier(old);
        request.deletion_protection(false).apply_immediately(true).send().await?;
    }
    let left = Instance {
        id: old.into(),
        skip_final_snapshot: true.into(),
        delete_automated_backups: true.into(),
        timeouts: now.timeouts.clone(),
        ..Instance::default()
    };
    left.remove(cx).await
}

/// The name at the end of an ARN.
fn name_in(arn: Option<&str>) -> &str {
    arn.and_then(|arn| arn.rsplit(':').next()).unwrap_or_default()
}
