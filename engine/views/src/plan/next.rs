//! What can be done with a plan.

use crate::Style;
use crate::quote::quote;

/// What stands below a plan that is not applied at once: where it was saved, if it was, and where configuration was
/// generated, if it was. Not to be shown when another program runs this one.
pub fn next_steps(saved: Option<&str>, generated_config: Option<&str>, style: &Style) -> String {
    let mut text = format!("{}\n", style.rule());
    let mut paragraph = |words: &str| text.push_str(&format!("{}\n", style.wrap(&format!("\n{words}"))));
    if let Some(path) = generated_config {
        paragraph(&format!(
            "Landform has generated configuration and written it to {path}. Please review the configuration and edit it \
             as necessary before adding it to version control."
        ));
    }
    match saved {
        Some(path) => paragraph(&format!(
            "Saved the plan to: {path}\n\nTo perform exactly these actions, run the following command to apply:\n    \
             landform apply {}",
            quote(path)
        )),
        None => paragraph(
            "Note: You didn't use the -out option to save this plan, so Landform can't guarantee to take exactly these \
             actions if you run \"landform apply\" now.",
        ),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_terraform_says() {
        let rule = "─".repeat(77);
        let saved = format!(
            "\n{rule}\n\nSaved the plan to: p\n\nTo perform exactly these actions, run the following command to apply:\n    \
             landform apply \"p\"\n"
        );
        assert_eq!(next_steps(Some("p"), None, &Style::default()), saved);
        let not_saved = format!(
            "\n{rule}\n\nLandform has generated configuration and written it to made.tf. Please\nreview the configuration \
             and edit it as necessary before adding it to version\ncontrol.\n\nNote: You didn't use the -out option to save \
             this plan, so Landform can't\nguarantee to take exactly these actions if you run \"landform apply\" now.\n"
        );
        assert_eq!(next_steps(None, Some("made.tf"), &Style::default()), not_saved);
    }
}
