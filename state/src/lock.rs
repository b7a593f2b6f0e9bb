//! Locks: who holds one, how that is told to others, and waiting for it.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::StateStore;

/// What is stored with a lock, so that others learn who holds it. In JSON the same as Terraform's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LockInfo {
    /// Identifies this holding of the lock.
    #[serde(rename = "ID")]
    pub id: String,
    /// What it is held for: `OperationTypeApply`.
    pub operation: String,
    /// More that the holder wants to say.
    pub info: String,
    /// `user@host`.
    pub who: String,
    /// Of the program that holds it.
    pub version: String,
    /// Since when, as RFC 3339.
    pub created: String,
    /// Where the locked state is; the store fills it in.
    pub path: String,
}

/// Identifies one holding of a lock; needed to give it back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockId(pub String);

impl LockInfo {
    /// With a new id. `who` is `user@host`; `now` in UTC.
    pub fn new(
        operation: impl Into<String>,
        who: impl Into<String>,
        version: impl Into<String>,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            operation: operation.into(),
            info: String::new(),
            who: who.into(),
            version: version.into(),
            created: now.format(&Rfc3339).unwrap_or_default(),
            path: String::new(),
        }
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("text members always have a JSON form")
    }

    /// From what is stored; `None` when it is something else.
    pub fn from_json(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// With the place of the state that it locks.
    #[must_use]
    pub fn at(&self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self.clone() }
    }

    /// Since when, as people read it: `2025-01-31 12:00:00.5 +0000 UTC`.
    fn since(&self) -> String {
        let Ok(created) = OffsetDateTime::parse(&self.created, &Rfc3339) else { return self.created.clone() };
        let text = created.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default();
        text.replace('T', " ").replace('Z', " +0000 UTC")
    }
}

impl fmt::Display for LockInfo {
    /// Terraform's block of lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Lock Info:")?;
        writeln!(f, "  ID:        {}", self.id)?;
        writeln!(f, "  Path:      {}", self.path)?;
        writeln!(f, "  Operation: {}", self.operation)?;
        writeln!(f, "  Who:       {}", self.who)?;
        writeln!(f, "  Version:   {}", self.version)?;
        writeln!(f, "  Created:   {}", self.since())?;
        writeln!(f, "  Info:      {}", self.info)
    }
}

/// Why a lock was not given.
#[derive(Debug)]
pub enum LockError {
    /// Someone has it. Waiting may help.
    Held {
        /// Who, unless they left no word.
        holder: Option<Box<LockInfo>>,
        /// What the store said, in lower case without a full stop.
        message: String,
    },
    /// It can not be had. Waiting does not help.
    Failed(Diagnostics),
}

const ACQUIRE: &str = "Error acquiring the state lock";

const ADVICE: &str = "Landform acquires a state lock to protect the state from being written\nby multiple users at the same time. Please resolve the issue above and try\nagain. For most commands, you can disable locking with the \"-lock=false\"\nflag, but this is not recommended.";

const UNLOCK_ADVICE: &str = "Landform acquires a lock when accessing your state to prevent others\nrunning Landform to potentially modify the state at the same time. An\nerror occurred while releasing this lock. This could mean that the lock\ndid or did not release properly. If the lock didn't release properly,\nLandform may not be able to run future commands since it'll appear as if\nthe lock is held.\n\nIn this scenario, please call the \"force-unlock\" command to unlock the\nstate manually. This is a very dangerous operation since if it is done\nerroneously it could result in two people modifying state at the same time.\nOnly call this command if you're certain that the unlock above failed and\nthat no one else is holding a lock.";

/// That a lock could not be given back.
pub(crate) fn release_failed(problem: &str) -> Diagnostics {
    Diagnostic::error("Error releasing the state lock", format!("Error message: {problem}\n\n{UNLOCK_ADVICE}")).into()
}

impl LockError {
    /// That it could not be asked for.
    pub fn failed(detail: impl fmt::Display) -> Self {
        Self::Failed(Diagnostic::error(ACQUIRE, format!("{detail}\n\n{ADVICE}")).into())
    }

    /// For people.
    pub fn into_diagnostics(self) -> Diagnostics {
        match self {
            Self::Failed(diagnostics) => diagnostics,
            Self::Held { holder, message } => {
                let holder = holder.map_or_else(
                    || "Who holds it is not known: no lock information was found.\n".to_owned(),
                    |holder| holder.to_string(),
                );
                Diagnostic::error(ACQUIRE, format!("Error message: {message}\n{holder}\n{ADVICE}")).into()
            }
        }
    }
}

/// Time, as far as waiting needs it.
#[async_trait]
pub trait Timer: Send + Sync {
    /// Since some fixed moment.
    fn elapsed(&self) -> Duration;

    /// Returns after a while.
    async fn sleep(&self, duration: Duration);
}

/// The first pause between two attempts; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Takes a lock, and while another has it, tries again until `timeout` is over. `waiting` is told of each holder that
/// is waited for.
///
/// # Errors
/// The last attempt's.
pub async fn lock_with_timeout(
    store: &dyn StateStore,
    info: &LockInfo,
    timeout: Duration,
    timer: &dyn Timer,
    waiting: &(dyn Fn(Option<&LockInfo>) + Sync),
) -> Result<LockId, LockError> {
    let deadline = timer.elapsed().saturating_add(timeout);
    let mut pause = FIRST_PAUSE;
    let mut told: Option<Option<String>> = None;
    loop {
        let (holder, message) = match store.lock(info).await {
            Err(LockError::Held { holder, message }) => (holder, message),
            other => return other,
        };
        let left = deadline.saturating_sub(timer.elapsed());
        if left.is_zero() {
            return Err(LockError::Held { holder, message });
        }
        let id = holder.as_ref().map(|holder| holder.id.clone());
        if told.as_ref() != Some(&id) {
            waiting(holder.as_deref());
            told = Some(id);
        }
        timer.sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> LockInfo {
        LockInfo {
            id: "1".to_owned(),
            operation: "OperationTypeApply".to_owned(),
            who: "a@b".to_owned(),
            version: "1.11.4".to_owned(),
            created: "2025-01-31T12:00:00.25Z".to_owned(),
            ..LockInfo::default()
        }
    }

    #[test]
    fn json_is_terraforms() {
        let text = r#"{"ID":"1","Operation":"OperationTypeApply","Info":"","Who":"a@b","Version":"1.11.4","Created":"2025-01-31T12:00:00.25Z","Path":""}"#;
        assert_eq!(info().to_json(), text);
        assert_eq!(LockInfo::from_json(text.as_bytes()), Some(info()));
        assert_eq!(LockInfo::from_json(b"{}"), Some(LockInfo::default()));
        assert_eq!(LockInfo::from_json(b"x"), None);
    }

    #[test]
    fn the_holder_is_named() {
        let error = LockError::Held { holder: Some(Box::new(info())), message: "held".to_owned() };
        let diagnostics = error.into_diagnostics();
        let detail = &diagnostics.iter().next().expect("one diagnostic").detail;
        assert!(detail.contains("  Who:       a@b\n"), "{detail}");
        assert!(detail.contains("  Created:   2025-01-31 12:00:00.25 +0000 UTC\n"), "{detail}");
    }
}
