//! One workspace's state in the bucket.
//!
//! A write carries the entity tag of what was read, so that whoever lost the lock while paused can not overwrite what
//! another has written since. When the answer to a write is lost, what is stored then tells whether it was done.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use tokio::sync::{Mutex, MutexGuard};

use super::api_error::{ApiError, Kind};
use super::bucket::{Bucket, Condition, Failed, Stored};
use super::lock::{Held, Locks};
use super::table::{Digests, Expected, StateDigest, Table};
use crate::baseline::{Baseline, written_by_another};
use crate::lock::release_failed;
use crate::{LockError, LockId, LockInfo, State, StateStore, Timer, Written, file};

const READ: &str = "Error loading state";
const WRITE: &str = "Failed to save state";

/// How long a state is read again that is not the one whose digest is in the table.
const CONSISTENCY_TIMEOUT: Duration = Duration::from_secs(10);
const CONSISTENCY_PAUSE: Duration = Duration::from_secs(2);
/// How often a write is repeated that another request about the same object was in the way of.
const CONFLICT_ATTEMPTS: usize = 5;
const CONFLICT_PAUSE: Duration = Duration::from_millis(200);

/// One workspace's state.
pub(super) struct S3Store {
    pub(super) bucket: Bucket,
    pub(super) key: String,
    pub(super) locks: Locks,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) work: Mutex<Work>,
}

/// How the digest in the table stands to what is stored.
#[derive(Debug, Default)]
enum DigestState {
    /// It could not be read, or was not looked at.
    #[default]
    Unknown,
    /// There is none.
    Missing,
    /// It is that of what is stored.
    Current(StateDigest),
    /// What is stored has this digest, which the table has only announced yet.
    Announced(StateDigest),
    /// What is stored has this digest, of which the table knows nothing yet.
    Due(StateDigest),
    /// As before, and what the table says is not known.
    DueOver(StateDigest),
}

/// What the store knows.
#[derive(Debug, Default)]
pub(super) struct Work {
    baseline: Baseline,
    /// The entity tag of what is stored.
    etag: Option<String>,
    digest: DigestState,
    /// The endpoint can not do conditional writes.
    unconditional: bool,
    lock: Option<Held>,
    warnings: Diagnostics,
}

#[async_trait]
impl StateStore for S3Store {
    fn location(&self) -> String {
        format!("{}/{}", self.bucket.name, self.key)
    }

    async fn lock(&self, info: &LockInfo) -> Result<LockId, LockError> {
        let held = self.locks.acquire(info.at(self.location())).await?;
        let mut work = self.work.lock().await;
        let id = LockId(held.info.id.clone());
        work.lock = Some(held);
        // What was read without the lock may be out of date.
        work.baseline = Baseline::Unknown;
        Ok(id)
    }

    async fn unlock(&self, id: &LockId) -> Result<(), Diagnostics> {
        let mut work = self.work.lock().await;
        let Some(held) = work.lock.take() else {
            return Err(release_failed("The state is not locked by this run."));
        };
        if held.info.id != id.0 {
            let problem = format!("lock ID {:?} does not match the existing lock ID {:?}", id.0, held.info.id);
            work.lock = Some(held);
            return Err(release_failed(&problem));
        }
        if let Err(problem) = self.locks.release(&held).await {
            work.lock = Some(held);
            return Err(release_failed(&problem));
        }
        Ok(())
    }

    async fn force_unlock(&self, id: &str) -> Result<(), Diagnostics> {
        let failed = |problem| Diagnostics::from(Diagnostic::error("Failed to unlock state", problem));
        self.locks.break_locks(id).await.map_err(failed)?;
        let mut work = self.work.lock().await;
        if work.lock.as_ref().is_some_and(|held| held.info.id == id) {
            work.lock = None;
        }
        Ok(())
    }

    async fn read(&self) -> Result<Option<State>, Diagnostics> {
        self.read_into(&mut *self.work.lock().await).await
    }

    async fn write(&self, state: &State) -> Result<Written, Diagnostics> {
        let (mut work, next) = self.next(|baseline| baseline.next(state)).await?;
        self.store(&mut work, next).await
    }

    async fn replace(&self, state: &State, force: bool) -> Result<Written, Diagnostics> {
        let (mut work, next) = self.next(|baseline| baseline.replacement(state, force)).await?;
        self.store(&mut work, next).await
    }

    fn take_warnings(&self) -> Diagnostics {
        // Whoever has it now will leave the warnings for the next look.
        self.work.try_lock().map(|mut work| std::mem::take(&mut work.warnings)).unwrap_or_default()
    }
}

/// Reading.
impl S3Store {
    async fn read_into(&self, work: &mut Work) -> Result<Option<State>, Diagnostics> {
        let stored = self.get(work).await?;
        let (bytes, etag) = stored.map_or_else(Default::default, |stored| (stored.bytes, stored.etag));
        let state = file::read(&bytes)?;
        work.baseline = Baseline::Known(state.clone());
        work.etag = etag;
        Ok(state)
    }

    /// What is stored, once it is what the table says.
    async fn get(&self, work: &mut Work) -> Result<Option<Stored>, Diagnostics> {
        let deadline = self.timer.elapsed() + CONSISTENCY_TIMEOUT;
        loop {
            let (stored, digests) = tokio::join!(self.bucket.get(&self.key), self.digests());
            let stored = stored.map_err(|error| self.failed_read(&error))?;
            let Some(table) = &self.locks.table else { return Ok(stored) };
            let digests = match digests {
                Ok(digests) => digests,
                Err(error) => {
                    work.warnings.push(no_digest(table, &error));
                    work.digest = DigestState::Unknown;
                    return Ok(stored);
                }
            };
            let actual = stored.as_ref().filter(|stored| !stored.bytes.is_empty());
            let actual = actual.map(|stored| StateDigest::of(&stored.bytes));
            work.digest = match (&digests, &actual) {
                (Digests { stored: None, .. }, _) => DigestState::Missing,
                (Digests { stored: Some(expected), .. }, Some(actual)) if expected == actual => {
                    DigestState::Current(actual.clone())
                }
                // A run was interrupted after it had stored the state and before it could say so in the table.
                (Digests { pending: Some(pending), .. }, Some(actual)) if pending == actual => {
                    DigestState::Announced(actual.clone())
                }
                _ => DigestState::Unknown,
            };
            if !matches!(work.digest, DigestState::Unknown) {
                return Ok(stored);
            }
            if self.timer.elapsed() >= deadline {
                return Err(self.other_digest(actual, digests));
            }
            self.timer.sleep(CONSISTENCY_PAUSE).await;
        }
    }

    async fn digests(&self) -> Result<Digests, ApiError> {
        match &self.locks.table {
            Some(table) => table.digests().await,
            None => Ok(Digests::default()),
        }
    }

    fn failed_read(&self, error: &ApiError) -> Diagnostics {
        let what = format!("Unable to access object {:?} in S3 bucket {:?}", self.key, self.bucket.name);
        Diagnostic::error(READ, self.bucket.explain(&what, error)).into()
    }

    fn other_digest(&self, actual: Option<StateDigest>, digests: Digests) -> Diagnostics {
        let advice = match &actual {
            Some(StateDigest(actual)) => format!(
                "If this problem persists, and neither S3 nor DynamoDB are experiencing an\noutage, you may need to \
                 manually verify the remote state and update the Digest\nvalue stored in the DynamoDB table to the \
                 following value: {actual}"
            ),
            None => {
                "If this problem persists, and neither S3 nor DynamoDB are experiencing an\noutage, you may need to \
                     manually verify the remote state and remove the Digest\nvalue stored in the DynamoDB table"
                    .to_owned()
            }
        };
        let text = |digest: Option<StateDigest>| digest.unwrap_or_default().0;
        let detail = format!(
            "state data in S3 does not have the expected content.\n\nThe checksum calculated for the state stored in S3 \
             does not match the checksum\nstored in DynamoDB.\n\nBucket: {}\nKey:    {}\nCalculated checksum: {}\nStored \
             checksum:     {}\n\nThis may be caused by unusually long delays in S3 processing a previous state\nupdate. \
             Please wait for a minute or two and try again.\n\n{advice}\n",
            self.bucket.name,
            self.key,
            text(actual),
            text(digests.stored)
        );
        Diagnostic::error(READ, detail).into()
    }
}

fn no_digest(table: &Table, error: &ApiError) -> Diagnostic {
    let detail = format!("{}\n\nThe state was read without comparing it with its digest.", table.explain(error));
    Diagnostic::warning("Failed to read the digest of the state", detail)
}

/// Writing.
impl S3Store {
    /// What is to be stored, unless it is stored already.
    async fn next(
        &self,
        next: impl FnOnce(&Baseline) -> Result<Option<State>, Diagnostics> + Send,
    ) -> Result<(MutexGuard<'_, Work>, Option<State>), Diagnostics> {
        let mut work = self.work.lock().await;
        if !work.baseline.is_known() {
            self.read_into(&mut work).await?;
        }
        let next = next(&work.baseline)?;
        Ok((work, next))
    }

    async fn store(&self, work: &mut Work, next: Option<State>) -> Result<Written, Diagnostics> {
        let Some(state) = next else {
            self.settle_digest(work).await?;
            return Ok(work.baseline.unchanged());
        };
        let bytes = file::write(&state);
        let digest = StateDigest::of(&bytes);
        let announced = self.announce(work, &digest).await?;
        work.etag = self.put(work, bytes).await?;
        let written = work.baseline.wrote(state);
        if self.locks.table.is_some() {
            work.digest = announced;
            self.settle_digest(work).await?;
        }
        Ok(written)
    }

    /// Says in the table which state comes next, so that a crash between the two writes can be told from damage. How
    /// things stand once the state is stored.
    async fn announce(&self, work: &Work, digest: &StateDigest) -> Result<DigestState, Diagnostics> {
        let stored = match &work.digest {
            DigestState::Current(stored) | DigestState::Announced(stored) => stored,
            DigestState::Unknown | DigestState::DueOver(_) => return Ok(DigestState::DueOver(digest.clone())),
            DigestState::Missing | DigestState::Due(_) => return Ok(DigestState::Due(digest.clone())),
        };
        let Some(table) = &self.locks.table else { return Ok(DigestState::Unknown) };
        let next = Digests { stored: Some(stored.clone()), pending: Some(digest.clone()) };
        let expected = match &work.digest {
            DigestState::Announced(stored) => Expected::Pending(stored),
            _ => Expected::Stored(stored),
        };
        match table.put_digests(&next, expected).await {
            Ok(()) => Ok(DigestState::Announced(digest.clone())),
            Err(failure) if failure.error.kind == Kind::Precondition => {
                // Either the answer to an earlier attempt was lost, or another has written. The write will tell.
                Ok(DigestState::Announced(digest.clone()))
            }
            Err(failure) => {
                let problem = table.explain(&failure.error);
                let detail = format!("Error saving state: failed to store state MD5: {problem}");
                Err(Diagnostic::error(WRITE, detail).into())
            }
        }
    }

    /// Brings the digest in the table up to date with what is stored.
    async fn settle_digest(&self, work: &mut Work) -> Result<(), Diagnostics> {
        let Some(table) = &self.locks.table else { return Ok(()) };
        let (digest, expected) = match &work.digest {
            DigestState::Announced(digest) => (digest, Expected::Pending(digest)),
            DigestState::Due(digest) => (digest, Expected::Nothing),
            DigestState::DueOver(digest) => (digest, Expected::Anything),
            DigestState::Unknown | DigestState::Missing | DigestState::Current(_) => return Ok(()),
        };
        let next = Digests { stored: Some(digest.clone()), pending: None };
        match table.put_digests(&next, expected).await {
            Ok(()) => {}
            // It is there already, or another has written since: theirs must stay.
            Err(failure) if failure.error.kind == Kind::Precondition => {}
            Err(failure) => return Err(digest_is_due(table, digest, &failure.error)),
        }
        work.digest = DigestState::Current(digest.clone());
        Ok(())
    }

    /// Stores the state if nobody has written since; the new entity tag.
    async fn put(&self, work: &mut Work, bytes: Vec<u8>) -> Result<Option<String>, Diagnostics> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let etag = work.etag.clone();
            let is_new = matches!(work.baseline, Baseline::Known(None)) && etag.is_none();
            let condition = match &etag {
                _ if work.unconditional => Condition::Always,
                Some(etag) => Condition::Unchanged(etag),
                None if is_new => Condition::Absent,
                None => Condition::Always,
            };
            if condition == Condition::Always {
                self.look_before_writing(work).await?;
            }
            let failure = match self.bucket.put(&self.key, bytes.clone(), condition).await {
                Ok(etag) => return Ok(etag),
                Err(failure) => failure,
            };
            match failure.error.kind {
                Kind::Conflict if attempt < CONFLICT_ATTEMPTS => self.timer.sleep(CONFLICT_PAUSE).await,
                Kind::NotImplemented if condition != Condition::Always => {
                    work.unconditional = true;
                    work.warnings.push(unconditional());
                }
                _ => return self.find_out(&bytes, &failure, condition).await,
            }
        }
    }

    /// Without conditional writes, another's write can at least be seen when it is some time ago.
    async fn look_before_writing(&self, work: &Work) -> Result<(), Diagnostics> {
        let stored = self.bucket.get(&self.key).await.map_err(|error| self.failed_read(&error))?;
        let stored = stored.map_or_else(Vec::new, |stored| stored.bytes);
        work.baseline.check_still_stored(file::read(&stored)?.as_ref())
    }

    /// Whether a write that failed, or whose answer was lost, was done.
    async fn find_out(
        &self,
        bytes: &[u8],
        failure: &Failed,
        condition: Condition<'_>,
    ) -> Result<Option<String>, Diagnostics> {
        let error = &failure.error;
        let refused = matches!(error.kind, Kind::Precondition | Kind::Conflict)
            || error.kind == Kind::NoSuchKey && condition != Condition::Always;
        if !refused && !error.is_uncertain() {
            return Err(self.failed_write(error, ""));
        }
        let stored = match self.bucket.get(&self.key).await {
            Ok(stored) => stored,
            Err(_) => return Err(self.failed_write(error, "\n\nWhether the state was stored is not known.")),
        };
        match stored {
            Some(stored) if stored.bytes == bytes => Ok(stored.etag),
            stored if refused => {
                let now = stored.and_then(|stored| file::read(&stored.bytes).ok().flatten());
                Err(written_by_another(now.as_ref()))
            }
            _ => Err(self.failed_write(error, "")),
        }
    }

    fn failed_write(&self, error: &ApiError, more: &str) -> Diagnostics {
        let detail = format!("Error saving state: {}{more}", self.bucket.explain("failed to upload state", error));
        Diagnostic::error(WRITE, detail).into()
    }
}

fn digest_is_due(table: &Table, StateDigest(digest): &StateDigest, error: &ApiError) -> Diagnostics {
    let detail = format!(
        "The state was stored in S3, but its digest could not be stored in DynamoDB: {}\n\nUntil it is, Terraform will \
         refuse to read the state; Landform will read it where the table announces it, and put the digest right with its \
         next write. To put it right by hand, set the Digest of the item \"{}-md5\" to {digest}.",
        table.explain(error),
        table.id,
    );
    Diagnostic::error("Failed to store state MD5", detail).into()
}

fn unconditional() -> Diagnostic {
    Diagnostic::warning(
        "State is written without protection against stale writers",
        "The S3 endpoint does not support conditional writes (If-Match, If-None-Match). The state is compared with what \
         was read right before each write instead, which leaves a short moment in which another's write could be lost. Keep \
         locking with \"dynamodb_table\" switched on.",
    )
}
