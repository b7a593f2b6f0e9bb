//! The sending side of the protocol of `scp`: for each file a line with its size, its bytes and a zero, each answered
//! by a zero or by a number and a message.

use std::collections::VecDeque;

use russh::Channel;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::failure::{Failure, Sent};
use super::process::{Piece, Process, Terminal};

/// The receiving `scp` of another machine.
pub(super) struct Sink {
    process: Process,
    answers: VecDeque<u8>,
}

/// Why sending ended early.
pub(super) enum Cut {
    /// The other side has ended: its exit code says why.
    Ended,
    /// Something was wrong.
    Failed(Failure),
}

impl From<Failure> for Cut {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Sink {
    /// Starts the other side.
    pub(super) async fn start(channel: Channel<Sent>, command: &str) -> Result<Self, Failure> {
        let process = Process::start(channel, command, Terminal::No).await?;
        Ok(Self { process, answers: VecDeque::new() })
    }

    /// Sends a file with so many bytes.
    pub(super) async fn file(&mut self, name: &str, size: u64, contents: impl AsyncRead + Unpin) -> Result<(), Cut> {
        self.line(&format!("C0644 {size} {name}\n")).await?;
        let mut contents = contents.take(size);
        self.send(&mut contents).await?;
        if contents.limit() > 0 {
            return Err(Failure::plain("a file has become shorter while it was sent").into());
        }
        self.line("\0").await
    }

    /// What is sent next is in a folder of this name.
    pub(super) async fn enter(&mut self, name: &str) -> Result<(), Cut> {
        self.line(&format!("D0755 0 {name}\n")).await
    }

    /// What is sent next is beside the folder.
    pub(super) async fn leave(&mut self) -> Result<(), Cut> {
        self.line("E\n").await
    }

    /// Says that this was all, and waits until the other side is done with it.
    pub(super) async fn finish(self, sent: Result<(), Cut>) -> Result<(), Failure> {
        match sent {
            Ok(()) | Err(Cut::Ended) => {}
            Err(Cut::Failed(failure)) => return Err(failure),
        }
        self.process.close_input().await;
        let ended = self.process.end().await;
        if ended.code() == Some(127) {
            return Err(Failure::plain(
                "SCP failed to start. This usually means that SCP is not\nproperly installed on the remote system.",
            ));
        }
        ended.check()
    }

    async fn line(&mut self, line: &str) -> Result<(), Cut> {
        self.send(line.as_bytes()).await?;
        self.check().await
    }

    async fn send(&mut self, bytes: impl AsyncRead + Unpin) -> Result<(), Cut> {
        let Self { process, answers } = self;
        let mut keep = |piece| {
            if let Piece::Out(piece) = piece {
                answers.extend(piece);
            }
        };
        if process.send(bytes, &mut keep).await? { Ok(()) } else { Err(Cut::Ended) }
    }

    async fn check(&mut self) -> Result<(), Cut> {
        if self.answer().await? == 0 {
            return Ok(());
        }
        let mut message = Vec::new();
        loop {
            match self.answer().await {
                Ok(b'\n') | Err(Cut::Ended) => break,
                Ok(byte) => message.push(byte),
                Err(failed) => return Err(failed),
            }
        }
        Err(Failure::Said(String::from_utf8_lossy(&message).trim_end().to_owned()).into())
    }

    async fn answer(&mut self) -> Result<u8, Cut> {
        loop {
            if let Some(byte) = self.answers.pop_front() {
                return Ok(byte);
            }
            // What it says on its second stream is for those who debug it.
            match self.process.next().await.ok_or(Cut::Ended)? {
                Piece::Out(piece) => self.answers.extend(piece),
                Piece::Error(_) => {}
            }
        }
    }
}
