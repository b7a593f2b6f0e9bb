//! `console`: piped, and on a terminal.

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use nix::pty::{Winsize, openpty};

use crate::environment::{Ran, TestEnvironment};
use crate::interrupted::signal;
use crate::stopped::{let_begin, with_pipe};

const ROOT: &str = r#"
variable "name" {
  default = "world"
}
variable "number" {
  default = 3
}
variable "secret" {
  default   = "hush"
  sensitive = true
}
resource "terraform_data" "a" {
  input = var.name
}
"#;

fn piped(environment: &TestEnvironment, arguments: &[&str], input: &str) -> Ran {
    let mut child = environment
        .command(&[&["console"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it listens");
    environment.ended(child)
}

#[test]
fn the_last_value_of_piped_lines_is_printed() {
    let environment = TestEnvironment::of(ROOT);
    let prints = |input: &str, expected: &str| {
        assert_eq!(piped(&environment, &[], input).succeeds().stdout, expected, "{input}");
    };
    prints("1 + 1\nvar.name\n", "\"world\"\n");
    prints("var.secret", "(sensitive value)\n");
    prints("", "\n");
}

#[test]
fn piped_lines_end_with_the_first_that_fails_or_says_so() {
    let environment = TestEnvironment::of(ROOT);
    piped(&environment, &[], "1\nvar.nope\n2\n").fails(&["Reference to undeclared input variable", "<console-input>"]);
    piped(&environment, &[], "[1,\n2]\n").fails(&["Missing expression"]);
    assert_eq!(piped(&environment, &[], "1\nexit\nvar.nope\n").succeeds().stdout, "");
    let help = piped(&environment, &[], "help\n").succeeds().stdout;
    assert!(help.contains("To exit the console"), "{help}");
    assert_eq!(piped(&environment, &["-var=name=you"], "var.name\n").succeeds().stdout, "\"you\"\n");
    piped(&environment, &["extra"], "").fails(&["argument"]);
}

#[test]
fn resources_are_what_state_or_a_plan_says() {
    let environment = TestEnvironment::of(ROOT);
    let input = "terraform_data.a.output\n";
    assert_eq!(piped(&environment, &[], input).succeeds().stdout, "(known after apply)\n");
    piped(&environment, &[], "terraform_data.a.nope\n").fails(&["Unsupported attribute", "named \"nope\""]);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(piped(&environment, &[], input).succeeds().stdout, "\"world\"\n");
    environment.write("terraform.tfvars", "name = \"new\"\n");
    let planned = piped(&environment, &["-plan"], "terraform_data.a.input\n").succeeds().stdout;
    assert!(planned.ends_with("\"new\"\n"), "{planned}");
}

/// The console on a terminal of its own.
struct Terminal {
    child: std::process::Child,
    keyboard: std::fs::File,
    screen: Receiver<Vec<u8>>,
    /// What was printed and not asked for yet.
    shown: String,
}

impl Terminal {
    fn open(environment: &TestEnvironment) -> Self {
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = openpty(&size, None).expect("a terminal");
        let end = || Stdio::from(pair.slave.try_clone().expect("one more handle"));
        let mut command = environment.command(&["console", "-no-color"]);
        let child = command.env("TERM", "xterm").stdin(end()).stdout(end()).stderr(end());
        let child = child.spawn().expect("the program starts");
        let mut reader = std::fs::File::from(pair.master.try_clone().expect("one more handle"));
        let (sender, screen) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut this = Self { child, keyboard: std::fs::File::from(pair.master), screen, shown: String::new() };
        this.until("> ");
        this
    }

    fn presses(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("it listens");
    }

    /// Waits for a text on the screen; what was shown until then is returned.
    #[track_caller]
    fn until(&mut self, text: &str) -> String {
        while !self.shown.contains(text) {
            match self.screen.recv_timeout(Duration::from_secs(60)) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => panic!("{text:?} is not shown ({error}): {:?}", self.shown),
            }
        }
        let end = self.shown.find(text).expect("it was found") + text.len();
        self.shown.drain(..end).collect()
    }

    fn exit_code(mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn a_terminal_has_history_completion_and_expressions_of_several_lines() {
    let environment = TestEnvironment::of(ROOT);
    let mut terminal = Terminal::open(&environment);
    terminal.presses("1 + 1\r");
    terminal.until("\n2\r\n");
    // Up, and what was typed before is there again.
    terminal.presses("\u{1b}[A * 5\r");
    terminal.until("\n6\r\n");
    // Tab, where one name begins so.
    terminal.presses("var.na\t\r");
    terminal.until("\n\"world\"\r\n");
    // Tab twice, where several do.
    terminal.presses("var.n\t\t");
    terminal.until("var.number");
    terminal.presses("umber\r");
    terminal.until("\n3\r\n");
    // A bracket that is open.
    terminal.presses("[\r40,\r41\r][1] + 1\r");
    terminal.until("\n42\r\n");
    // An error does not end it.
    terminal.presses("nope.nope\r");
    terminal.until("Reference to undeclared resource");
    terminal.presses("exit\r");
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn an_interrupt_ends_what_a_terminal_waits_for() {
    let environment = with_pipe(ROOT);
    let mut terminal = Terminal::open(&environment);
    let all = "range(1000)";
    for _ in 0..2 {
        terminal.presses(&format!(
            "length([for a in range(tonumber(file(\"pipe\"))) : [for b in {all} : [for c in {all} : [for d in {all} : d]]]])\r"
        ));
        // It has begun.
        let_begin(&environment);
        signal(&terminal.child, "INT");
        terminal.until("Operation canceled");
        terminal.until("> ");
    }
    terminal.presses("40 + 2\r");
    terminal.until("\n42\r\n");
    terminal.presses("exit\r");
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn a_terminal_ends_with_control_d_or_control_c() {
    let environment = TestEnvironment::of(ROOT);
    for key in ["\u{4}", "\u{3}"] {
        let mut terminal = Terminal::open(&environment);
        terminal.presses(key);
        assert_eq!(terminal.exit_code(), Some(0), "{key:?}");
    }
}
