//! The DynamoDB table: an item for the lock of a state, and one for the digest of its content.

use std::collections::HashMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use md5::{Digest as _, Md5};

use super::api_error::ApiError;
use super::attempts::Attempts;
use super::bucket::Failed;
use crate::LockInfo;

const KEY: &str = "LockID";
const INFO: &str = "Info";
const DIGEST: &str = "Digest";
/// The digest of the state that is about to be written. Terraform does not look at it.
const PENDING: &str = "PendingDigest";

/// The items of one state.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) client: Client,
    pub(super) name: String,
    /// `bucket/key`.
    pub(super) id: String,
}

/// MD5 as lower-case hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StateDigest(pub(super) String);

impl StateDigest {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Md5::digest(bytes).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
}

/// What the table knows of a state's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Digests {
    pub(super) stored: Option<StateDigest>,
    pub(super) pending: Option<StateDigest>,
}

/// What the table has to say for a digest to be replaced.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expected<'a> {
    Anything,
    Nothing,
    Stored(&'a StateDigest),
    Pending(&'a StateDigest),
}

type Item = HashMap<String, AttributeValue>;

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

impl Table {
    fn digest_id(&self) -> String {
        format!("{}-md5", self.id)
    }

    async fn get(&self, id: &str, projection: &str) -> Result<Option<Item>, ApiError> {
        let call = self.client.get_item().table_name(&self.name).key(KEY, text(id));
        let answer = call.projection_expression(projection).consistent_read(true).send().await;
        Ok(answer.map_err(|error| ApiError::new("DynamoDB: GetItem", error))?.item)
    }

    /// Takes the lock if there is none.
    pub(super) async fn lock(&self, info: &LockInfo) -> Result<(), Failed> {
        let attempts = Attempts::default();
        let call = self.client.put_item().table_name(&self.name).item(KEY, text(&self.id));
        let call = call.item(INFO, text(info.to_json())).condition_expression("attribute_not_exists(LockID)");
        let answer = call.customize().interceptor(attempts.clone()).send().await;
        answer.map(drop).map_err(|error| {
            let error = ApiError::new("DynamoDB: PutItem", error);
            Failed { error, repeated: attempts.repeated() }
        })
    }

    /// Removes the lock if it is still as it was taken.
    pub(super) async fn unlock(&self, info: &LockInfo) -> Result<(), Failed> {
        let attempts = Attempts::default();
        let call = self.client.delete_item().table_name(&self.name).key(KEY, text(&self.id));
        let call = call.condition_expression("Info = :info").expression_attribute_values(":info", text(info.to_json()));
        let answer = call.customize().interceptor(attempts.clone()).send().await;
        answer.map(drop).map_err(|error| {
            let error = ApiError::new("DynamoDB: DeleteItem", error);
            Failed { error, repeated: attempts.repeated() }
        })
    }

    /// Removes the lock, whoever has it.
    pub(super) async fn break_lock(&self) -> Result<(), ApiError> {
        self.delete(&self.id).await
    }

    async fn delete(&self, id: &str) -> Result<(), ApiError> {
        let answer = self.client.delete_item().table_name(&self.name).key(KEY, text(id)).send().await;
        answer.map(drop).map_err(|error| ApiError::new("DynamoDB: DeleteItem", error))
    }

    /// Who has the lock; an error when the item is none of a lock.
    pub(super) async fn holder(&self) -> Result<Option<LockInfo>, String> {
        let item = self.get(&self.id, "LockID, Info").await.map_err(|error| self.explain(&error))?;
        let Some(item) = item else { return Ok(None) };
        let info = item.get(INFO).and_then(|info| info.as_s().ok());
        let info = info.and_then(|info| LockInfo::from_json(info.as_bytes()));
        info.map(Some).ok_or_else(|| format!("the item {:?} of DynamoDB table {:?} is no lock", self.id, self.name))
    }

    /// What the table knows of the content.
    pub(super) async fn digests(&self) -> Result<Digests, ApiError> {
        let item = self.get(&self.digest_id(), "LockID, Digest, PendingDigest").await?.unwrap_or_default();
        let digest = |name: &str| {
            let text = item.get(name)?.as_s().ok()?;
            let is_md5 = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_md5.then(|| StateDigest(text.to_ascii_lowercase()))
        };
        Ok(Digests { stored: digest(DIGEST), pending: digest(PENDING) })
    }

    /// Keeps digests, if the table still says what is expected.
    pub(super) async fn put_digests(&self, digests: &Digests, expected: Expected<'_>) -> Result<(), Failed> {
        let attempts = Attempts::default();
        let mut call = self.client.put_item().table_name(&self.name).item(KEY, text(self.digest_id()));
        for (name, digest) in [(DIGEST, &digests.stored), (PENDING, &digests.pending)] {
            if let Some(StateDigest(digest)) = digest {
                call = call.item(name, text(digest));
            }
        }
        let value = |StateDigest(digest): &StateDigest| text(digest);
        call = match expected {
            Expected::Anything => call,
            Expected::Nothing => call.condition_expression("attribute_not_exists(Digest)"),
            Expected::Stored(digest) => {
                call.condition_expression("Digest = :digest").expression_attribute_values(":digest", value(digest))
            }
            Expected::Pending(digest) => call
                .condition_expression("PendingDigest = :digest")
                .expression_attribute_values(":digest", value(digest)),
        };
        let answer = call.customize().interceptor(attempts.clone()).send().await;
        answer.map(drop).map_err(|error| {
            let error = ApiError::new("DynamoDB: PutItem", error);
            Failed { error, repeated: attempts.repeated() }
        })
    }

    /// Forgets the content.
    pub(super) async fn delete_digests(&self) -> Result<(), ApiError> {
        self.delete(&self.digest_id()).await
    }

    pub(super) fn explain(&self, error: &ApiError) -> String {
        format!("Unable to access item in DynamoDB table {:?}: {error}{}", self.name, error.advice())
    }
}
