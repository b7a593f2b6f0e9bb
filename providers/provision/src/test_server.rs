//! A real OpenSSH server for tests: with its own folder, keys and port, for the user who runs the tests.
//!
//! The tests of the command line take this file in as well.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = "/usr/sbin/sshd";

/// A server that ends when this is dropped.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    process: Child,
    /// Where it listens, on this machine.
    pub(crate) port: u16,
}

impl Server {
    /// Starts one that takes `user` as a key.
    pub(crate) fn start() -> Self {
        Self::start_with(&["-t", "ed25519"], "")
    }

    /// The same with a key of its own that `ssh-keygen` makes from these arguments, and with more configuration.
    pub(crate) fn start_with(own_key: &[&str], configuration: &str) -> Self {
        assert!(Path::new(PROGRAM).exists(), "tests of provisioners need OpenSSH: apt-get install openssh-server");
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        keygen(&[own_key, &["-f", &path("host")]].concat());
        keygen(&["-t", "ed25519", "-f", &path("user")]);
        fs_err::copy(path("user.pub"), path("authorized_keys")).expect("it was made");
        // Of root it wants a folder to put itself away in, which its service makes when the machine starts.
        let _ = fs_err::create_dir_all("/run/sshd");
        let port = free_port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nAuthorizedKeysFile {}\n\
             TrustedUserCAKeys {}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nMaxStartups 100\n{configuration}\n",
            path("host"),
            path("authorized_keys"),
            path("user.pub"),
        );
        fs_err::write(path("config"), config).expect("it can be written");
        let mut process = Command::new(PROGRAM);
        process.args(["-D", "-f", &path("config"), "-E", &path("log")]);
        let process = process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = Self { process: process.expect("it starts"), port, folder };
        wait_for(port, || format!("sshd does not answer: {}", server.read("log")));
        server
    }

    /// A file in its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of a file in its folder.
    pub(crate) fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Who may log in: whoever runs the tests.
    pub(crate) fn user() -> String {
        let output = Command::new("id").arg("-un").output().expect("there is an id");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port on this machine that nothing listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}

/// Waits until something answers at a port; says why it should have, after a minute.
pub(crate) fn wait_for(port: u16, why: impl Fn() -> String) {
    let end = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "{}", why());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Makes a key without a passphrase, or does what else it is told.
pub(crate) fn keygen(arguments: &[&str]) {
    let made = Command::new("ssh-keygen").args(["-q", "-N", ""]).args(arguments).stdin(Stdio::null()).output();
    let made = made.expect("OpenSSH is there");
    assert!(made.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&made.stderr));
}
