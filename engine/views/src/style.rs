//! How text may look: colours and width.

/// Colours and width of the place that a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colours may be used.
    pub color: bool,
    /// How many characters fit a line. Terraform takes 78 where there is no terminal.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 78 }
    }
}

/// Codes by their names in square brackets.
const CODES: [(&str, &str); 10] = [
    ("[reset]", "\x1b[0m"),
    ("[bold]", "\x1b[1m"),
    ("[underline]", "\x1b[4m"),
    ("[red]", "\x1b[31m"),
    ("[green]", "\x1b[32m"),
    ("[yellow]", "\x1b[33m"),
    ("[blue]", "\x1b[34m"),
    ("[cyan]", "\x1b[36m"),
    ("[light_gray]", "\x1b[37m"),
    ("[dark_gray]", "\x1b[90m"),
];

impl Style {
    /// Replaces names in square brackets, such as `[bold]`, by their codes or by nothing. A text with any of them ends
    /// with a reset, so that colours never run on.
    pub fn paint(&self, template: &str) -> String {
        let mut text = self.coded(template);
        if self.color && text.contains('\x1b') {
            text.push_str("\x1b[0m");
        }
        text
    }

    /// A text between codes by their names. The text itself may hold square brackets.
    pub fn enclosed(&self, before: &str, text: &str, behind: &str) -> String {
        let reset = if self.color { "\x1b[0m" } else { "" };
        format!("{}{text}{}{reset}", self.coded(before), self.coded(behind))
    }

    fn coded(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(at) = rest.find('[') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            match CODES.iter().find(|(name, _)| rest.starts_with(name)) {
                Some((name, code)) => {
                    text.push_str(if self.color { code } else { "" });
                    rest = &rest[name.len()..];
                }
                None => {
                    text.push('[');
                    rest = &rest[1..];
                }
            }
        }
        text.push_str(rest);
        text
    }

    /// Breaks lines that are too long.
    pub fn wrap(&self, text: &str) -> String {
        crate::word_wrap(text, self.width)
    }

    /// A line across, without a line break behind it.
    pub fn rule(&self) -> String {
        if self.width <= 1 {
            return "\n".into();
        }
        self.paint(&format!("[dark_gray]\n{}", "─".repeat(self.width - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_end_with_a_reset() {
        let style = Style { color: true, ..Style::default() };
        assert_eq!(style.paint("[bold]x[reset] y[0]"), "\x1b[1mx\x1b[0m y[0]\x1b[0m");
        assert_eq!(style.paint("plain"), "plain");
        assert_eq!(Style::default().paint("[bold]x[reset]"), "x");
    }
}
