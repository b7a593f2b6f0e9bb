//! Reads of KMS that keys and aliases share.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::types::KeyMetadata;

use crate::core::{Aws, Error, Fetch, Result, one_by_one};

/// What is known of a key, by the key's id or ARN, or by an [`expectation`] of an alias.
///
/// A key that an alias is expected to point to is asked for by the alias: one call then answers for both. Aliases that are
/// left over are found in the list of all.
pub(super) struct Keys;

/// A key, and where the question was for an alias, the key that it points to.
#[derive(Clone, Debug)]
pub(super) struct KeyFound {
    pub(super) key_id: String,
    pub(super) key_arn: String,
    /// All of a key; `None` for one that only its alias told of.
    pub(super) metadata: Option<KeyMetadata>,
}

/// The question for an alias: its name and the id of the key that it pointed to when last seen, empty if unknown.
pub(super) fn expectation(alias: &str, key_id: &str) -> String {
    format!("{alias} {key_id}")
}

/// An answer. One key that may not be asked for keeps nobody from the others.
type Answer = Result<KeyFound>;

impl Fetch for Keys {
    type Item = Answer;
    const CHUNK: usize = usize::MAX;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Answer)>> {
        let (aliases, keys): (Vec<String>, Vec<String>) = keys.into_iter().partition(|it| it.contains(' '));
        let plan = Plan::of(&keys, &aliases);
        let (mut found, listed) =
            futures::try_join!(ask_keys(cx, keys, &plan), list_aliases(cx, plan.unpaired.clone()))?;
        found.extend(listed);
        Ok(found)
    }
}

/// Which key is asked for by which alias.
struct Plan {
    /// The question for an alias by the key that it is expected to point to.
    proxies: BTreeMap<String, String>,
    /// Questions for aliases that no key is asked for by.
    unpaired: Vec<String>,
}

impl Plan {
    fn of(keys: &[String], aliases: &[String]) -> Self {
        let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
        let mut plan = Self { proxies: BTreeMap::new(), unpaired: Vec::new() };
        for question in aliases {
            let expected = question.split_once(' ').map_or("", |(_, key)| key);
            if keys.contains(expected) && !plan.proxies.contains_key(expected) {
                plan.proxies.insert(expected.to_owned(), question.clone());
            } else {
                plan.unpaired.push(question.clone());
            }
        }
        plan
    }
}

async fn ask_keys(cx: &Aws, keys: Vec<String>, plan: &Plan) -> Result<Vec<(String, Answer)>> {
    let found = one_by_one(keys, |key| {
        let proxy = plan.proxies.get(&key).cloned();
        async move { ask_key(cx, key, proxy).await.map(Some) }
    });
    Ok(found.await?.into_iter().flat_map(|(_, found)| found).collect())
}

/// A key, perhaps by an alias, which may be gone, forbidden, or point to another key by now.
async fn ask_key(cx: &Aws, key: String, proxy: Option<String>) -> Result<Vec<(String, Answer)>> {
    let mut answers = Vec::new();
    if let Some(question) = proxy {
        let alias = question.split(' ').next().unwrap_or_default();
        match describe(cx, alias).await {
            Ok(Some(found)) if found.key_id == key => return Ok(vec![(key, Ok(found.clone())), (question, Ok(found))]),
            Ok(Some(found)) => answers.push((question, Ok(found))),
            Ok(None) => {}
            Err(_) => answers.extend(list_aliases(cx, vec![question]).await?),
        }
    }
    answers.extend(describe(cx, &key).await.transpose().map(|found| (key, found)));
    Ok(answers)
}

async fn describe(cx: &Aws, name: &str) -> Result<Option<KeyFound>> {
    let metadata = match cx.kms().describe_key().key_id(name).send().await.map_err(Error::from) {
        Ok(described) => described.key_metadata,
        Err(error) if error.is_missing() => None,
        Err(error) => return Err(error),
    };
    Ok(metadata.map(|metadata| KeyFound {
        key_id: metadata.key_id().to_owned(),
        key_arn: metadata.arn().unwrap_or_default().to_owned(),
        metadata: Some(metadata),
    }))
}

async fn list_aliases(cx: &Aws, questions: Vec<String>) -> Result<Vec<(String, Answer)>> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let pages = cx.kms().list_aliases().limit(100).into_paginator().items().send();
    let listed = pages.collect::<Result<Vec<_>, _>>().await?;
    let targets: BTreeMap<&str, KeyFound> = listed
        .iter()
        .filter_map(|alias| {
            let (name, arn, key_id) = (alias.alias_name()?, alias.alias_arn()?, alias.target_key_id()?);
            let key_arn = format!("{}key/{key_id}", arn.strip_suffix(name)?);
            Some((name, KeyFound { key_id: key_id.to_owned(), key_arn, metadata: None }))
        })
        .collect();
    let answers = questions.into_iter().filter_map(|question| {
        let found = targets.get(question.split(' ').next()?)?.clone();
        Some((question, Ok(found)))
    });
    Ok(answers.collect())
}
