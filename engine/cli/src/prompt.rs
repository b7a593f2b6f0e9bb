//! Questions that people answer.

use crate::session::Session;
use crate::world::print;

/// What is asked.
pub(crate) struct Question<'a> {
    /// The question.
    pub(crate) query: &'a str,
    /// Lines that explain it; may be empty.
    pub(crate) description: &'a str,
}

/// Asks, and waits for a line. An interrupt ends the wait, so that what the run has hold of can be given back.
///
/// # Errors
/// Why there is no answer: the input ended, or an interrupt came.
pub(crate) async fn ask(session: &Session, question: &Question<'_>) -> Result<String, &'static str> {
    show(session, question);
    let answer = session.interrupts.stop().unless_stopped(session.world.await_answer()).await;
    let answer = answer.ok_or("interrupted")?.ok_or("EOF")?;
    print("\n");
    Ok(answer.trim_end().to_owned())
}

/// As [`ask`], for who has nothing else to do meanwhile.
///
/// # Errors
/// As [`ask`].
pub(crate) fn ask_and_wait(session: &Session, question: &Question<'_>) -> Result<String, &'static str> {
    futures::executor::block_on(ask(session, question))
}

fn show(session: &Session, question: &Question<'_>) {
    let mut text = format!("[reset][bold]{}[reset]\n", question.query);
    if !question.description.is_empty() {
        text.extend(question.description.lines().map(|line| format!("  {line}\n")));
        text.push('\n');
    }
    text.push_str("  [bold]Enter a value:[reset] ");
    print(&session.view.style.paint(&text));
}

/// Whether anybody may be asked: `TF_INPUT` says no when it is false.
pub(crate) fn allowed(session: &Session) -> bool {
    !matches!(session.world.variable("TF_INPUT"), Some("0" | "f" | "F" | "false" | "FALSE" | "False"))
}
