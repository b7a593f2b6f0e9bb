//! The key that AWS itself keeps for DynamoDB. It is told like any other, but nobody has to name it.

use crate::core::{Aws, Error, Fetch, Result};

const ALIAS: &str = "alias/aws/dynamodb";

/// ARN of the key, asked for once a region.
struct DefaultKey;

impl Fetch for DefaultKey {
    type Item = String;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, String)>> {
        match cx.kms().describe_key().key_id(ALIAS).send().await.map_err(Error::from) {
            Ok(told) => {
                let arn = told.key_metadata.and_then(|key| key.arn);
                Ok(keys.into_iter().zip(arn).collect())
            }
            // Whoever may not ask sees the key as it is told.
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// Whether a key is the one that AWS keeps.
pub(super) async fn is_default(cx: &Aws, arn: &str) -> Result<bool> {
    let known = cx.load_one::<DefaultKey>(ALIAS).await?;
    Ok(known.get(ALIAS).is_some_and(|default| default == arn))
}
