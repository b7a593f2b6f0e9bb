//! Work on another machine: connect, send files, run commands.

use landform_values::Value;
use russh::{Channel, Disconnect};
use tokio::io::AsyncRead;

use super::agent::Agent;
use super::dial::{self, Connected, Route};
use super::failure::{Failure, Sent};
use super::folder::{self, base};
use super::process::{Ended, Piece, Process, Terminal};
use super::quoting;
use super::retry::{Attempt, retry};
use super::scp::Sink;
use super::settings::{Platform, Settings};
use super::{Local, Progress, Stop, announcement};
use crate::Machine;
use crate::lines::Lines;

/// A machine, connected or not.
pub(crate) struct Communicator {
    route: Route,
    announcement: Vec<String>,
    script_path: String,
    platform: Platform,
    timeout: std::time::Duration,
    connected: Option<Connected>,
}

impl Communicator {
    /// Reads a `connection` block with all its keys.
    pub(crate) fn new(connection: &Value, machine: &Machine) -> Result<Self, Failure> {
        let settings = Settings::of(connection)?;
        let agent = Agent::of(&settings, machine.ssh_agent.as_deref(), &machine.directory)?;
        let announcement = announcement::texts(&settings, agent.is_some());
        let Settings { target, bastion, proxy, script_path, platform, timeout, .. } = settings;
        let target = dial::Machine::of(target)?;
        let bastion = bastion.map(dial::Machine::of).transpose()?;
        let route = Route { target, bastion, proxy, agent };
        Ok(Self { route, announcement, script_path, platform, timeout, connected: None })
    }

    /// Connects, with as many attempts as there is time for.
    pub(crate) async fn connect_in_time(&mut self, progress: Progress<'_>, stop: &mut Stop<'_>) -> Result<(), Failure> {
        retry(self.timeout, stop, &mut Connecting { communicator: self, progress }).await
    }

    async fn connect(&mut self, progress: Progress<'_>) -> Result<(), Failure> {
        self.connected = None;
        if let Progress::Told(tell) = progress {
            self.announcement.iter().for_each(|text| tell(text));
        }
        let connected = self.route.connect().await?;
        if self.route.agent.is_some() {
            forward_agent(&connected).await?;
        }
        self.connected = Some(connected);
        if let Progress::Told(tell) = progress {
            tell("Connected!");
        }
        Ok(())
    }

    /// Says goodbye.
    pub(crate) async fn disconnect(&mut self) {
        let Some(Connected { target, bastion }) = self.connected.take() else { return };
        for handle in [Some(target), bastion].into_iter().flatten() {
            // Whoever is gone already needs no goodbye.
            let _ = handle.disconnect(Disconnect::ByApplication, "", "").await;
        }
    }

    /// Where the next script goes.
    pub(crate) fn script_path(&self) -> String {
        let number = rand::random::<u32>() >> 1;
        self.script_path.replace("%RAND%", &number.to_string())
    }

    /// Puts a text into a file.
    pub(crate) async fn upload(&mut self, destination: &str, contents: &[u8]) -> Result<(), Failure> {
        self.upload_stream(destination, contents.len() as u64, contents).await
    }

    /// Puts a file of this machine there.
    pub(crate) async fn upload_file(&mut self, destination: &str, file: &Local<'_>) -> Result<(), Failure> {
        let local = |error| Failure::local("open", file.name, error);
        let opened = fs_err::File::open(file.path).map_err(local)?;
        let size = opened.metadata().map_err(local)?.len();
        self.upload_stream(destination, size, tokio::fs::File::from_std(opened.into_parts().0)).await
    }

    /// Puts a folder of this machine there: with a slash at the end of its name, only what is in it.
    pub(crate) async fn upload_folder(&mut self, destination: &str, folder: &Local<'_>) -> Result<(), Failure> {
        let mut sink = self.sink(&["scp", "-rvt", destination]).await?;
        let sent = folder::send(&mut sink, folder).await;
        sink.finish(sent).await
    }

    /// Puts a script there, with a first line that says what runs it, and lets everybody run it.
    pub(crate) async fn upload_script(&mut self, path: &str, script: &[u8]) -> Result<(), Failure> {
        if script.len() < 2 {
            return Err(Failure::plain("Error reading script: EOF"));
        }
        let shebang: &[u8] = match self.platform {
            Platform::Unix if !script.starts_with(b"#!") => b"#!/bin/sh\n",
            Platform::Unix | Platform::Windows => b"",
        };
        self.upload(path, &[shebang, script].concat()).await?;
        if self.platform == Platform::Windows {
            return Ok(());
        }
        let mut output = Vec::new();
        let command = format!("chmod 0777 {path}");
        let mut process = self.start(&command).await?;
        while let Some(Piece::Out(bytes) | Piece::Error(bytes)) = process.next().await {
            output.extend(bytes);
        }
        check(&command, process.end().await)
            .map_err(|failure| Failure::Chmod(Box::new(failure), String::from_utf8_lossy(&output).into_owned()))
    }

    /// Runs a command, and hands out what it says line by line.
    pub(crate) async fn run(&mut self, command: &str, tell: &(dyn Fn(&str) + Send + Sync)) -> Result<(), Failure> {
        let (mut out, mut error) = (Lines::default(), Lines::default());
        let started = self.start(command.trim()).await;
        let mut process = started.map_err(|failure| failure.within("Error starting script"))?;
        loop {
            tokio::select! {
                piece = process.next() => match piece {
                    Some(Piece::Out(piece)) => out.take(&piece, tell),
                    Some(Piece::Error(piece)) => error.take(&piece, tell),
                    None => break,
                },
                () = tokio::time::sleep(Lines::PATIENCE), if out.is_in_line() || error.is_in_line() => {
                    out.flush(tell);
                    error.flush(tell);
                }
            }
        }
        out.flush(tell);
        error.flush(tell);
        check(command, process.end().await)
    }

    async fn upload_stream(
        &mut self,
        destination: &str,
        size: u64,
        contents: impl AsyncRead + Unpin,
    ) -> Result<(), Failure> {
        let (folder, name) = split(destination);
        let mut sink = self.sink(&["scp", "-vt", &folder]).await?;
        let sent = sink.file(name, size, contents).await;
        sink.finish(sent).await
    }

    async fn sink(&mut self, words: &[&str]) -> Result<Sink, Failure> {
        let command = quoting::command(words, self.platform);
        Sink::start(self.channel().await?, &command).await
    }

    async fn start(&mut self, command: &str) -> Result<Process, Failure> {
        let terminal = if self.platform == Platform::Windows { Terminal::No } else { Terminal::Yes };
        let process = Process::start(self.channel().await?, &format!("{command}\n"), terminal).await?;
        process.close_input().await;
        Ok(process)
    }

    /// A new channel. The connection may have been lost since the last command, which must not run twice: only here,
    /// where nothing was asked for yet, it is made anew.
    async fn channel(&mut self) -> Result<Channel<Sent>, Failure> {
        if let Some(connected) = &self.connected
            && let Ok(channel) = connected.target.channel_open_session().await
        {
            return Ok(channel);
        }
        self.connect(Progress::Quiet).await?;
        let connected = self.connected.as_ref().ok_or_else(|| Failure::plain("ssh client is not connected"))?;
        Ok(connected.target.channel_open_session().await?)
    }
}

struct Connecting<'a> {
    communicator: &'a mut Communicator,
    progress: Progress<'a>,
}

impl Attempt for Connecting<'_> {
    async fn attempt(&mut self) -> Result<(), Failure> {
        self.communicator.connect(self.progress).await
    }
}

/// Lets programs of the machine ask the agent. It holds for all that runs later on the connection.
async fn forward_agent(connected: &Connected) -> Result<(), Failure> {
    let channel = connected.target.channel_open_session().await?;
    channel.agent_forward(false).await?;
    channel.close().await?;
    Ok(())
}

fn check(command: &str, ended: Ended) -> Result<(), Failure> {
    ended.check().map_err(|failure| failure.within(format!("error executing {}", landform_values::quote(command))))
}

/// The folder and the name of a file, as Go splits paths: a slash at the end belongs to neither.
fn split(path: &str) -> (String, &str) {
    let folder = match path.rfind('/') {
        None => ".",
        Some(at) => match path[..at].trim_end_matches('/') {
            "" => "/",
            folder => folder,
        },
    };
    (folder.to_owned(), base(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_as_in_go() {
        let check = |path: &str, folder: &str, name: &str| assert_eq!(split(path), (folder.to_owned(), name));
        check("/tmp/a b.txt", "/tmp", "a b.txt");
        check("/a", "/", "a");
        check("a", ".", "a");
        check("a/b", "a", "b");
        check("/tmp/d/", "/tmp/d", "d");
        check("C:/windows/temp/x.cmd", "C:/windows/temp", "x.cmd");
    }
}
