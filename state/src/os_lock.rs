//! The operating system's lock on an open file, the one that Terraform takes: POSIX record locks of the whole file.
//!
//! Where there are open file description locks (Linux) those are taken: they conflict with Terraform's just the
//! same, but are not lost when another part of this process opens and closes the file.

use std::fs::File;
use std::io;

/// Takes the lock if it is free; returns whether it was.
#[cfg(unix)]
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    use nix::errno::Errno;
    match unix::set(file, nix::libc::F_WRLCK) {
        Ok(()) => Ok(true),
        Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

/// Gives the lock back.
#[cfg(unix)]
pub(crate) fn unlock(file: &File) -> io::Result<()> {
    unix::set(file, nix::libc::F_UNLCK).map_err(io::Error::from)
}

#[cfg(unix)]
mod unix {
    use std::fs::File;

    use nix::errno::Errno;
    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;

    pub(super) fn set(file: &File, kind: i32) -> Result<(), Errno> {
        let whole = libc::flock {
            l_type: kind as libc::c_short,
            l_whence: libc::SEEK_SET as libc::c_short,
            l_start: 0,
            l_len: 0,
            l_pid: 0,
        };
        #[cfg(any(target_os = "linux", target_os = "android"))]
        match fcntl(file, FcntlArg::F_OFD_SETLK(&whole)) {
            // A kernel or file system that has only the classic ones.
            Err(Errno::EINVAL) => {}
            other => return other.map(drop),
        }
        fcntl(file, FcntlArg::F_SETLK(&whole)).map(drop)
    }
}

/// Takes the lock if it is free; returns whether it was.
#[cfg(not(unix))]
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Gives the lock back.
#[cfg(not(unix))]
pub(crate) fn unlock(file: &File) -> io::Result<()> {
    file.unlock()
}
