//! The windows in which ElastiCache does its work.

use landform_provider_api::framework::Check;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A window that comes once a week: `sun:05:00-sun:06:00`.
pub(super) fn weekly() -> Check {
    Check::text(|text| {
        let fine = text.is_empty() || is_window(text, |time| time.split_once(':').is_some_and(is_day_and_time));
        fine.then_some(()).ok_or_else(|| format!("{text:?} is not a window such as \"sun:05:00-sun:06:00\""))
    })
}

/// A window that comes every day: `03:00-04:00`.
pub(super) fn daily() -> Check {
    Check::text(|text| {
        let fine = text.is_empty() || is_window(text, is_time);
        fine.then_some(()).ok_or_else(|| format!("{text:?} is not a window such as \"03:00-04:00\""))
    })
}

/// When what is pending is done, while something changes.
pub(super) const CHANGING: &str = "the end of the change that is being made";

/// When a change is made that waits.
pub(super) fn maintenance(window: &str) -> String {
    if window.is_empty() { "the maintenance window".into() } else { format!("the maintenance window ({window})") }
}

fn is_window(text: &str, is_end: impl Fn(&str) -> bool) -> bool {
    text.split_once('-').is_some_and(|(begin, end)| is_end(begin) && is_end(end))
}

fn is_day_and_time((day, time): (&str, &str)) -> bool {
    DAYS.contains(&day.to_ascii_lowercase().as_str()) && is_time(time)
}

fn is_time(text: &str) -> bool {
    let below = |text: &str, bound: u8| {
        text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit()) && text.parse::<u8>().is_ok_and(|it| it < bound)
    };
    text.split_once(':').is_some_and(|(hours, minutes)| below(hours, 24) && below(minutes, 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows() {
        let cases = [("sun:05:00-Mon:06:00", true), ("sun:24:00-sun:25:00", false), ("05:00-06:00", false), ("", true)];
        for (text, fine) in cases {
            assert_eq!(weekly().run(&text.into()).is_ok(), fine, "{text}");
        }
        for (text, fine) in [("05:00-06:00", true), ("5:00-06:00", false), ("sun:05:00-sun:06:00", false), ("", true)] {
            assert_eq!(daily().run(&text.into()).is_ok(), fine, "{text}");
        }
    }
}
