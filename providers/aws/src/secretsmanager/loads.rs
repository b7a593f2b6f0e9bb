//! Reads of Secrets Manager.

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::SecretValueEntry;
use aws_smithy_types::{Blob, DateTime};

use super::is_ending;
use crate::core::{Aws, Error, Fetch, Result};

/// A secret by name or ARN, also one that waits for its deletion.
pub(super) async fn described(cx: &Aws, id: &str) -> Result<Option<DescribeSecretOutput>> {
    match cx.secretsmanager().describe_secret().secret_id(id).send().await.map_err(Error::from) {
        Err(error) if error.is_missing() => Ok(None),
        answer => answer.map(Some),
    }
}

/// A version with its value. It has no `Debug`, so that the value is shown nowhere.
#[derive(Clone)]
pub(super) struct Version {
    pub(super) arn: Option<String>,
    pub(super) binary: Option<Blob>,
    pub(super) created: Option<DateTime>,
    pub(super) id: String,
    pub(super) stages: Vec<String>,
    pub(super) string: Option<String>,
}

/// Which version is meant.
pub(super) enum Which<'a> {
    /// The one with this id.
    Id(&'a str),
    /// The one that has this label.
    Stage(&'a str),
}

/// One version; `None` where there is none, or where its secret is on its way out.
pub(super) async fn version(cx: &Aws, secret: &str, which: Which<'_>) -> Result<Option<Version>> {
    let request = cx.secretsmanager().get_secret_value().secret_id(secret);
    let request = match which {
        Which::Id(id) => request.version_id(id),
        Which::Stage(stage) => request.version_stage(stage),
    };
    match request.send().await.map_err(Error::from) {
        Err(error) if error.is_missing() || is_ending(&error) => Ok(None),
        answer => answer.map(|it| {
            Some(Version {
                arn: it.arn,
                binary: it.secret_binary,
                created: it.created_date,
                id: it.version_id.unwrap_or_default(),
                stages: it.version_stages.unwrap_or_default(),
                string: it.secret_string,
            })
        }),
    }
}

/// The present versions of secrets, by what the secrets are called by. Who may not ask for many at once gets no answers
/// here, and asks for each.
pub(super) struct CurrentVersions;

impl Fetch for CurrentVersions {
    type Item = Version;
    /// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html>
    const CHUNK: usize = 20;

    async fn fetch(cx: &Aws, secrets: Vec<String>) -> Result<Vec<(String, Version)>> {
        if secrets.len() < 2 {
            return Ok(Vec::new());
        }
        let request = cx.secretsmanager().batch_get_secret_value().set_secret_id_list(Some(secrets.clone()));
        let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
        let entries: Vec<SecretValueEntry> =
            pages.unwrap_or_default().into_iter().filter_map(|page| page.secret_values).flatten().collect();
        let found = secrets.into_iter().filter_map(|secret| {
            let entry = entries.iter().find(|it| it.arn() == Some(&secret) || it.name() == Some(&secret))?;
            Some((secret, Version::from(entry.clone())))
        });
        Ok(found.collect())
    }
}

impl From<SecretValueEntry> for Version {
    fn from(entry: SecretValueEntry) -> Self {
        Self {
            arn: entry.arn,
            binary: entry.secret_binary,
            created: entry.created_date,
            id: entry.version_id.unwrap_or_default(),
            stages: entry.version_stages.unwrap_or_default(),
            string: entry.secret_string,
        }
    }
}
