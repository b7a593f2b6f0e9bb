//! A command on another machine.

use std::fmt;

use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Pty, Sig};
use tokio::io::AsyncRead;

use super::failure::{Failure, Sent};

/// Whether a command runs in a terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Terminal {
    /// What it starts ends with the connection, and both streams of output are one.
    Yes,
    /// Bytes travel as they are.
    No,
}

/// A command that runs.
pub(super) struct Process {
    read: ChannelReadHalf,
    write: ChannelWriteHalf<Sent>,
    ended: Ended,
}

/// What comes from a command.
pub(super) enum Piece {
    /// What it says.
    Out(Vec<u8>),
    /// What it says on its second stream.
    Error(Vec<u8>),
}

/// How a command ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    status: Option<u32>,
    signal: Option<(Sig, String)>,
}

impl Process {
    /// Starts a command on a channel that has none yet.
    pub(super) async fn start(channel: Channel<Sent>, command: &str, terminal: Terminal) -> Result<Self, Failure> {
        let (read, write) = channel.split();
        let mut process = Self { read, write, ended: Ended::default() };
        if terminal == Terminal::Yes {
            // Terraform asks for a narrow and high terminal, perhaps by mistake; programs wrap their lines there.
            let (columns, rows) = (40, 80);
            let modes = [(Pty::ECHO, 0), (Pty::TTY_OP_ISPEED, 14_400), (Pty::TTY_OP_OSPEED, 14_400)];
            process.write.request_pty(true, "xterm", columns, rows, columns * 8, rows * 8, &modes).await?;
            process.is_granted("pty-req").await?;
        }
        process.write.exec(true, command).await?;
        process.is_granted("exec").await?;
        Ok(process)
    }

    async fn is_granted(&mut self, what: &str) -> Result<(), Failure> {
        loop {
            match self.read.wait().await {
                Some(ChannelMsg::Success) => return Ok(()),
                Some(ChannelMsg::Failure) => return Err(Failure::plain(format!("ssh: {what} failed"))),
                Some(_) => {}
                None => return Err(Failure::plain("EOF")),
            }
        }
    }

    /// What comes next; none at the end.
    pub(super) async fn next(&mut self) -> Option<Piece> {
        loop {
            match self.read.wait().await? {
                ChannelMsg::Data { data } => return Some(Piece::Out(data.to_vec())),
                ChannelMsg::ExtendedData { data, .. } => return Some(Piece::Error(data.to_vec())),
                ChannelMsg::ExitStatus { exit_status } => self.ended.status = Some(exit_status),
                ChannelMsg::ExitSignal { signal_name, error_message, .. } => {
                    self.ended.signal = Some((signal_name, error_message));
                }
                ChannelMsg::Close => return None,
                _ => {}
            }
        }
    }

    /// Sends bytes, while `told` gets what comes in the meantime. False if the command ended before it had them all.
    pub(super) async fn send(
        &mut self,
        bytes: impl AsyncRead + Unpin,
        told: &mut impl FnMut(Piece),
    ) -> Result<bool, Failure> {
        let Self { read, write, ended } = self;
        let sent = write.data(bytes);
        tokio::pin!(sent);
        loop {
            tokio::select! {
                sent = &mut sent => return Ok(sent.map(|()| true)?),
                message = read.wait() => match message {
                    Some(ChannelMsg::Data { data }) => told(Piece::Out(data.to_vec())),
                    Some(ChannelMsg::ExtendedData { data, .. }) => told(Piece::Error(data.to_vec())),
                    Some(ChannelMsg::ExitStatus { exit_status }) => {
                        ended.status = Some(exit_status);
                        return Ok(false);
                    }
                    Some(ChannelMsg::Close) | None => return Ok(false),
                    Some(_) => {}
                },
            }
        }
    }

    /// Says that nothing more is sent.
    pub(super) async fn close_input(&self) {
        // A command that has ended already needs no telling.
        let _ = self.write.eof().await;
    }

    /// How it ended, after everything has come.
    pub(super) async fn end(mut self) -> Ended {
        while self.next().await.is_some() {}
        self.ended
    }
}

impl Ended {
    /// The exit code, as a shell would give it.
    pub(super) fn code(&self) -> Option<u32> {
        let of_signal = |(signal, _): &(Sig, String)| 128 + number(signal);
        self.status.or_else(|| self.signal.as_ref().map(of_signal))
    }

    /// An error unless it ended well.
    pub(super) fn check(self) -> Result<(), Failure> {
        if self.status == Some(0) { Ok(()) } else { Err(Failure::plain(self.to_string())) }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(code) = self.code() else {
            return f.write_str("wait: remote command exited without exit status or exit signal");
        };
        write!(f, "Process exited with status {code}")?;
        let Some((signal, reason)) = &self.signal else { return Ok(()) };
        write!(f, " from signal {}", name(signal))?;
        if reason.is_empty() { Ok(()) } else { write!(f, ". Reason was: {reason}") }
    }
}

fn name(signal: &Sig) -> String {
    match signal {
        Sig::Custom(name) => name.clone(),
        known => format!("{known:?}"),
    }
}

/// Zero for one that is not in the standard of SSH.
fn number(signal: &Sig) -> u32 {
    match signal {
        Sig::HUP => 1,
        Sig::INT => 2,
        Sig::QUIT => 3,
        Sig::ILL => 4,
        Sig::ABRT => 6,
        Sig::FPE => 8,
        Sig::KILL => 9,
        Sig::SEGV => 11,
        Sig::PIPE => 13,
        Sig::ALRM => 14,
        Sig::TERM => 15,
        Sig::USR1 | Sig::Custom(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_told_as_in_terraform() {
        let check = |status: Option<u32>, signal: Option<(Sig, &str)>, expected: &str| {
            let signal = signal.map(|(signal, reason)| (signal, reason.to_owned()));
            assert_eq!(Ended { status, signal }.to_string(), expected);
        };
        check(Some(3), None, "Process exited with status 3");
        check(None, None, "wait: remote command exited without exit status or exit signal");
        check(None, Some((Sig::KILL, "")), "Process exited with status 137 from signal KILL");
        let own = Some((Sig::Custom("X@y".into()), "it was late"));
        check(None, own, "Process exited with status 128 from signal X@y. Reason was: it was late");
    }
}
