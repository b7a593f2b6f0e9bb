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

/// Asks, and waits for a line.
///
/// # Errors
/// Why there is no answer: the input ended.
pub(crate) fn ask(session: &Session, question: &Question<'_>) -> Result<String, &'static str> {
    let mut text = format!("[reset][bold]{}[reset]\n", question.query);
    if !question.description.is_empty() {
        text.extend(question.description.lines().map(|line| format!("  {line}\n")));
        text.push('\n');
    }
    text.push_str("  [bold]Enter a value:[reset] ");
    print(&session.view.style.paint(&text));
    let answer = session.world.read_answer().ok_or("EOF")?;
    print("\n");
    Ok(answer.trim_end().to_owned())
}

/// Whether anybody may be asked: `TF_INPUT` says no when it is false.
pub(crate) fn allowed(session: &Session) -> bool {
    !matches!(session.world.variable("TF_INPUT"), Some("0" | "f" | "F" | "false" | "FALSE" | "False"))
}
