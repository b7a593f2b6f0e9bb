//! Objects of the bucket: read whole, written under a condition.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ObjectCannedAcl, ServerSideEncryption};

use super::api_error::{ApiError, Kind};
use super::attempts::Attempts;
use super::settings::{AES256, ObjectSettings, Sse};

/// How often an object is read again when the connection breaks in its middle.
const READ_ATTEMPTS: usize = 3;

/// A bucket and how objects are written to it.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    pub(super) client: Client,
    pub(super) name: String,
    pub(super) objects: ObjectSettings,
}

/// An object as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: Option<String>,
}

/// When an object is written or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition<'a> {
    Always,
    /// Only when there is none.
    Absent,
    /// Only when it is still the one with this entity tag.
    Unchanged(&'a str),
}

/// A request that failed, and whether it was sent more than once.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: ApiError,
    pub(super) repeated: bool,
}

impl Bucket {
    /// Reads an object; `None` when there is none.
    pub(super) async fn get(&self, key: &str) -> Result<Option<Stored>, ApiError> {
        let mut attempt = 1;
        loop {
            match self.get_once(key).await {
                Err(Broken::Body(_)) if attempt < READ_ATTEMPTS => attempt += 1,
                Err(Broken::Body(error) | Broken::Call(error)) => return Err(error),
                Ok(stored) => return Ok(stored),
            }
        }
    }

    async fn get_once(&self, key: &str) -> Result<Option<Stored>, Broken> {
        const OPERATION: &str = "S3: GetObject";
        let mut call = self.client.get_object().bucket(&self.name).key(key);
        if let Sse::Customer { key, md5 } = &self.objects.sse {
            call = call.sse_customer_algorithm(AES256).sse_customer_key(&key.0).sse_customer_key_md5(md5);
        }
        let answer = match call.send().await.map_err(|error| ApiError::new(OPERATION, error)) {
            Ok(answer) => answer,
            Err(error) if error.kind == Kind::NoSuchKey => return Ok(None),
            Err(error) => return Err(Broken::Call(error)),
        };
        let etag = answer.e_tag.filter(|etag| !etag.is_empty());
        let body = answer.body.collect().await.map_err(|error| Broken::Body(ApiError::broken(OPERATION, &error)))?;
        Ok(Some(Stored { bytes: body.to_vec(), etag }))
    }

    /// Writes an object; its new entity tag.
    pub(super) async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        condition: Condition<'_>,
    ) -> Result<Option<String>, Failed> {
        let attempts = Attempts::default();
        let ObjectSettings { sse, acl, checksum } = &self.objects;
        let mut call = self.client.put_object().bucket(&self.name).key(key).content_type("application/json");
        call = match condition {
            Condition::Always => call,
            Condition::Absent => call.if_none_match("*"),
            Condition::Unchanged(etag) => call.if_match(etag),
        };
        call = match sse {
            Sse::Default => call,
            Sse::S3 => call.server_side_encryption(ServerSideEncryption::Aes256),
            Sse::Kms(id) => call.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(id),
            Sse::Customer { key, md5 } => {
                call.sse_customer_algorithm(AES256).sse_customer_key(&key.0).sse_customer_key_md5(md5)
            }
        };
        if *checksum {
            call = call.checksum_algorithm(ChecksumAlgorithm::Sha256);
        }
        call = call.set_acl(acl.as_deref().map(ObjectCannedAcl::from)).body(ByteStream::from(bytes));
        let answer = call.customize().interceptor(attempts.clone()).send().await;
        match answer {
            Ok(answer) => Ok(answer.e_tag.filter(|etag| !etag.is_empty())),
            Err(error) => Err(Failed { error: ApiError::new("S3: PutObject", error), repeated: attempts.repeated() }),
        }
    }

    /// Deletes an object.
    pub(super) async fn delete(&self, key: &str, condition: Condition<'_>) -> Result<(), Failed> {
        let attempts = Attempts::default();
        let mut call = self.client.delete_object().bucket(&self.name).key(key);
        if let Condition::Unchanged(etag) = condition {
            call = call.if_match(etag);
        }
        let answer = call.customize().interceptor(attempts.clone()).send().await;
        answer.map(drop).map_err(|error| {
            let error = ApiError::new("S3: DeleteObject", error);
            Failed { error, repeated: attempts.repeated() }
        })
    }

    /// The keys that begin with a prefix.
    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<String>, ApiError> {
        let mut pages =
            self.client.list_objects_v2().bucket(&self.name).prefix(prefix).max_keys(1000).into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| ApiError::new("S3: ListObjectsV2", error))?;
            keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
        }
        Ok(keys)
    }

    /// That the bucket is not there, or what else failed.
    pub(super) fn explain(&self, what: &str, error: &ApiError) -> String {
        if error.kind == Kind::NoSuchBucket {
            return format!(
                "S3 bucket {:?} does not exist.\n\nThe referenced S3 bucket must have been previously created. If the S3 \
                 bucket\nwas created within the last minute, please wait for a minute or two and try\nagain.\n\nError: \
                 {error}\n",
                self.name
            );
        }
        format!("{what}: {error}{}", error.advice())
    }
}

enum Broken {
    Call(ApiError),
    Body(ApiError),
}
