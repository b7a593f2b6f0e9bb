//! Locks in Terraform's formats: an object next to the state, an item of a DynamoDB table, or both.

use super::api_error::{ApiError, Kind};
use super::bucket::{Bucket, Condition, Failed};
use super::table::Table;
use crate::{LockError, LockInfo};

/// How often a lock is asked for that turned out to be gone again when its holder was looked for.
const ATTEMPTS: usize = 3;

/// The kinds of lock that a state has.
#[derive(Clone, Debug)]
pub(super) struct Locks {
    pub(super) file: Option<LockFile>,
    pub(super) table: Option<Table>,
}

/// The object next to the state.
#[derive(Clone, Debug)]
pub(super) struct LockFile {
    pub(super) bucket: Bucket,
    /// `<key>.tflock`.
    pub(super) key: String,
}

/// A lock that is held.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) info: LockInfo,
    /// The entity tag of the lock file.
    etag: Option<String>,
}

impl Locks {
    /// Takes all locks or none.
    pub(super) async fn acquire(&self, info: LockInfo) -> Result<Held, LockError> {
        let etag = match &self.file {
            Some(file) => acquire(file, &info).await?,
            None => None,
        };
        let held = Held { info, etag };
        let Some(table) = &self.table else { return Ok(held) };
        let Err(error) = acquire(table, &held.info).await else { return Ok(held) };
        if let Some(file) = &self.file
            && let Err(problem) = file.release(&held).await
        {
            return Err(LockError::failed(format!(
                "Error message: failed to clean up file lock after DynamoDB lock error: {problem}; original error: {}",
                first_detail(error)
            )));
        }
        Err(error)
    }

    /// Gives all locks back; what went wrong.
    pub(super) async fn release(&self, held: &Held) -> Result<(), String> {
        let file = match &self.file {
            Some(file) => file.release(held).await,
            None => Ok(()),
        };
        let table = match &self.table {
            Some(table) => release_item(table, &held.info).await,
            None => Ok(()),
        };
        self.both(file, table)
    }

    /// Removes locks with an id, whoever has them; what went wrong. Of two locks, one may be missing: their holder died
    /// between them.
    pub(super) async fn break_locks(&self, id: &str) -> Result<(), String> {
        let file = match &self.file {
            Some(file) => Some(file.break_lock(id).await),
            None => None,
        };
        let table = match &self.table {
            Some(table) => Some(break_item(table, id).await),
            None => None,
        };
        match (file, table) {
            (Some(Err(Unbroken::Missing(_))), Some(Ok(()))) | (Some(Ok(())), Some(Err(Unbroken::Missing(_)))) => Ok(()),
            (file, table) => {
                let told = |result: Option<Result<(), Unbroken>>| result.unwrap_or(Ok(())).map_err(Unbroken::into_text);
                self.both(told(file), told(table))
            }
        }
    }

    /// One message of two.
    fn both(&self, file: Result<(), String>, table: Result<(), String>) -> Result<(), String> {
        match (file, table) {
            (Ok(()), Ok(())) => Ok(()),
            (Err(file), Err(table)) => {
                Err(format!("failed to unlock both S3 and DynamoDB: S3 error: {file}, DynamoDB error: {table}"))
            }
            (Err(error), Ok(())) if self.table.is_some() => Err(format!("failed to unlock S3: {error}")),
            (Ok(()), Err(error)) if self.file.is_some() => Err(format!("failed to unlock DynamoDB: {error}")),
            (Err(error), Ok(())) | (Ok(()), Err(error)) => Err(error),
        }
    }
}

/// Why a lock was not removed.
enum Unbroken {
    /// There is none.
    Missing(String),
    /// It could not be.
    Failed(String),
}

impl Unbroken {
    fn into_text(self) -> String {
        match self {
            Self::Missing(text) | Self::Failed(text) => text,
        }
    }
}

fn first_detail(error: LockError) -> String {
    match error {
        LockError::Held { message, .. } => message,
        LockError::Failed(diagnostics) => {
            diagnostics.into_iter().next().map(|diagnostic| diagnostic.detail).unwrap_or_default()
        }
    }
}

fn held(holder: Option<LockInfo>, error: &ApiError) -> LockError {
    LockError::Held { holder: holder.map(Box::new), message: error.to_string() }
}

fn failed(error: &ApiError, more: &str) -> LockError {
    LockError::failed(format!("Error message: {error}{}{more}", error.advice()))
}

fn mismatch(wanted: &str, found: &str) -> String {
    format!("lock ID {wanted:?} does not match the existing lock ID {found:?}")
}

fn gone(what: &str) -> String {
    format!("{what} is not there any more: someone has removed it")
}

/// One kind of lock.
trait Lockable {
    /// Takes it if it is free; its entity tag.
    async fn try_lock(&self, info: &LockInfo) -> Result<Option<String>, Failed>;

    /// Who has it, with the entity tag.
    async fn holder(&self) -> Result<Option<(LockInfo, Option<String>)>, String>;

    /// Why it can not be had at all.
    fn refused(&self, error: &ApiError) -> LockError;
}

/// Takes a lock; its entity tag.
async fn acquire(lock: &impl Lockable, info: &LockInfo) -> Result<Option<String>, LockError> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let failure = match lock.try_lock(info).await {
            Ok(etag) => return Ok(etag),
            Err(failure) => failure,
        };
        let is_taken = matches!(failure.error.kind, Kind::Precondition | Kind::Conflict);
        if !is_taken && !failure.error.is_uncertain() {
            return Err(lock.refused(&failure.error));
        }
        match lock.holder().await {
            // We have it: the answer that said so was lost.
            Ok(Some((holder, etag))) if holder == *info && (failure.repeated || !is_taken) => return Ok(etag),
            Ok(Some((holder, _))) if is_taken => return Err(held(Some(holder), &failure.error)),
            Err(problem) if is_taken => {
                return Err(LockError::Held { holder: None, message: format!("{}\n{problem}", failure.error) });
            }
            Ok(None) if is_taken => last = Some(failure.error),
            _ => return Err(lock.refused(&failure.error)),
        }
    }
    let error = last.expect("it is set in each round that does not return");
    Err(held(None, &error))
}

impl Lockable for LockFile {
    async fn try_lock(&self, info: &LockInfo) -> Result<Option<String>, Failed> {
        self.bucket.put(&self.key, info.to_json().into_bytes(), Condition::Absent).await
    }

    async fn holder(&self) -> Result<Option<(LockInfo, Option<String>)>, String> {
        self.find().await
    }

    fn refused(&self, error: &ApiError) -> LockError {
        self.refusal(error)
    }
}

impl Lockable for Table {
    async fn try_lock(&self, info: &LockInfo) -> Result<Option<String>, Failed> {
        self.lock(info).await.map(|()| None)
    }

    async fn holder(&self) -> Result<Option<(LockInfo, Option<String>)>, String> {
        Ok(self.holder().await?.map(|holder| (holder, None)))
    }

    fn refused(&self, error: &ApiError) -> LockError {
        failed(error, "")
    }
}

impl LockFile {
    fn refusal(&self, error: &ApiError) -> LockError {
        match error.kind {
            Kind::NotImplemented => failed(
                error,
                "\n\nThe endpoint does not support conditional writes (If-None-Match), without which a lock file locks \
                 nothing. Use \"dynamodb_table\" instead of \"use_lockfile\", or an endpoint that supports them.",
            ),
            Kind::NoSuchBucket => LockError::failed(format!("Error message: {}", self.bucket.explain("", error))),
            _ => failed(error, ""),
        }
    }

    async fn find(&self) -> Result<Option<(LockInfo, Option<String>)>, String> {
        let what = format!("unable to retrieve file from S3 bucket '{}' with key '{}'", self.bucket.name, self.key);
        let stored = self.bucket.get(&self.key).await.map_err(|error| self.bucket.explain(&what, &error))?;
        let Some(stored) = stored else { return Ok(None) };
        let info = LockInfo::from_json(&stored.bytes)
            .ok_or_else(|| format!("the object '{}' in S3 bucket '{}' is no lock", self.key, self.bucket.name))?;
        Ok(Some((info, stored.etag)))
    }

    async fn release(&self, lock: &Held) -> Result<(), String> {
        let condition = lock.etag.as_deref().map_or(Condition::Always, Condition::Unchanged);
        let Some(failure) = self.bucket.delete(&self.key, condition).await.err() else { return Ok(()) };
        let explain = |error: &ApiError| self.bucket.explain("failed to delete the lock file", error);
        if !matches!(failure.error.kind, Kind::Precondition | Kind::NoSuchKey | Kind::Conflict | Kind::NotImplemented) {
            return Err(explain(&failure.error));
        }
        match self.find().await? {
            None if failure.repeated => Ok(()),
            None => Err(gone("the lock file")),
            Some((holder, _)) if holder.id != lock.info.id => Err(mismatch(&lock.info.id, &holder.id)),
            Some(_) => {
                self.bucket.delete(&self.key, Condition::Always).await.map_err(|failure| explain(&failure.error))
            }
        }
    }

    async fn break_lock(&self, id: &str) -> Result<(), Unbroken> {
        let Some((holder, etag)) = self.find().await.map_err(Unbroken::Failed)? else {
            return Err(Unbroken::Missing("there is no lock file".to_owned()));
        };
        if holder.id != id {
            return Err(Unbroken::Failed(mismatch(id, &holder.id)));
        }
        let condition = etag.as_deref().map_or(Condition::Always, Condition::Unchanged);
        let result = match self.bucket.delete(&self.key, condition).await {
            Err(failure) if failure.error.kind == Kind::NotImplemented => {
                self.bucket.delete(&self.key, Condition::Always).await
            }
            Err(failure) if failure.repeated && failure.error.kind == Kind::NoSuchKey => Ok(()),
            other => other,
        };
        let explain = |failure: Failed| self.bucket.explain("failed to delete the lock file", &failure.error);
        result.map_err(|failure| Unbroken::Failed(explain(failure)))
    }
}

async fn release_item(table: &Table, info: &LockInfo) -> Result<(), String> {
    let Some(failure) = table.unlock(info).await.err() else { return Ok(()) };
    if failure.error.kind != Kind::Precondition {
        return Err(table.explain(&failure.error));
    }
    match table.holder().await? {
        None if failure.repeated => Ok(()),
        None => Err(gone("the lock item")),
        Some(holder) => Err(mismatch(&info.id, &holder.id)),
    }
}

async fn break_item(table: &Table, id: &str) -> Result<(), Unbroken> {
    let unknown = |why: &str| format!("failed to retrieve lock info for lock ID {id:?}: {why}");
    match table.holder().await.map_err(|error| Unbroken::Failed(unknown(&error)))? {
        None => Err(Unbroken::Missing(unknown("there is no lock"))),
        Some(holder) if holder.id != id => Err(Unbroken::Failed(mismatch(id, &holder.id))),
        Some(_) => table.break_lock().await.map_err(|error| Unbroken::Failed(table.explain(&error))),
    }
}
