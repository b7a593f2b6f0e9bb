//! Comments on plans: their form, their size, and that foreign text does nothing in them.

mod expand;
mod plans;

use std::collections::{BTreeMap, BTreeSet};

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_plan::{
    Action, CheckInstance, CheckObject, CheckResult, CheckStatus, Mode, OutputChange, Plan, PlannedImport,
};
use landform_values::Value;
use landform_views::markdown::LIMIT;
use plans::{KINDS, Kind, change, comment, plan, recorded, with};

#[test]
fn a_small_plan() {
    let expected = r#"<!-- landform-plan: examples/network/staging -->
### Landform plan: `examples/network/staging`

**Plan: 5 to add, 1 to change, 5 to destroy.**

> [!WARNING]
> 5 objects are destroyed or replaced.

- `-/+` 4 to replace: destroyed, then created
- `+/-` 1 to replace: created, then destroyed
- `~` 1 to update in place

#### Destroys and replacements (5)

- `-/+` `terraform_data.asked`: `requested with -replace`
- `-/+` `terraform_data.by_trigger`: `changes in replace_triggered_by`
- `+/-` `terraform_data.first`: `triggers_replace can not be changed in place`
- `-/+` `terraform_data.tainted`: `it is tainted`
- `-/+` `terraform_data.trigger`: `triggers_replace can not be changed in place`

<details><summary><code>-/+</code> <code>terraform_data.asked</code></summary>

```diff
  # terraform_data.asked will be replaced, as requested
-/+ resource "terraform_data" "asked" {
"#;
    let text = comment(&recorded("replacing", 4));
    assert!(text.starts_with(expected), "{text}");
    let update = "\n#### Changes (1)\n\n<details><summary><code>~</code> <code>terraform_data.keeps</code></summary>\n\n```diff\n";
    assert!(text.contains(update), "{text}");
    assert!(text.contains("\n!       input "), "{text}");
}

#[test]
fn nothing_to_do() {
    let text = comment(&Plan::default());
    assert!(text.ends_with("**No changes.** The infrastructure matches the configuration.\n\n"), "{text}");
    assert!(comment(&Plan { mode: Mode::Destroy, ..Plan::default() }).contains("nothing to destroy"));
}

#[test]
fn a_plan_that_failed() {
    let files = SourceMap::new();
    let id = files.add("main.tf", "resource \"a\" \"b\" {\n  c = 1\n}\n");
    let error = Diagnostic::error("Unsupported argument", "An argument named \"c\" is not expected here.");
    let found: Diagnostics =
        [error.at(Span::new(id, 19, 20)), Diagnostic::warning("Old", "Very.")].into_iter().collect();
    let expected = "<!-- landform-plan: examples/network/staging -->
### Landform plan: `examples/network/staging`

> [!CAUTION]
> **Planning failed** with 1 error.


#### Errors (1)

```text
Error: Unsupported argument

  on main.tf line 2:
   2:   c = 1

An argument named \"c\" is not expected here.
```

#### Warnings (1)

```text
Warning: Old

Very.
```
";
    assert_eq!(with(None, found.clone(), &files), expected);
    let plan = Plan { errored: true, ..recorded("replacing", 4) };
    let text = with(Some(&plan), found, &files);
    let (before, behind) = text.split_once("What follows was planned before.").expect("said");
    assert!(before.len() < 300 && behind.contains("Unsupported argument"), "{text}");
    assert!(text.find("#### Errors") < text.find("#### Destroys"), "{text}");
}

/// The names in the section of destroys by the signs of their actions: of the lines, and of the patterns in fences.
fn destroyed(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let section = text.split("#### Destroys and replacements").nth(1).expect("the section");
    let section =
        section.split("\n#### ").next().expect("the section").split("<details>").next().expect("before folds");
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut sign = "";
    for line in section.lines().skip(2) {
        match line.split('`').collect::<Vec<_>>()[..] {
            ["- ", sign, " ", name, ..] => {
                names.entry(sign.to_owned()).or_default().insert(name.to_owned());
            }
            ["", found, ..] if !line.starts_with("```") => sign = found,
            [pattern] if !pattern.is_empty() && !pattern.starts_with("A star") => {
                names.entry(sign.to_owned()).or_default().extend(expand::names(pattern));
            }
            _ => {}
        }
    }
    names
}

/// Each object is named, and nothing else is: completely, or by a beginning that no other in its list has.
#[track_caller]
fn assert_named(text: &str, wanted: &BTreeMap<String, BTreeSet<&str>>, what: &str) {
    let found = destroyed(text);
    assert_eq!(found.len(), wanted.len(), "{what}: {}", &text[..2000.min(text.len())]);
    for (sign, wanted) in wanted {
        let found = &found[sign];
        assert_eq!(found.len(), wanted.len(), "{what}: {}", &text[..2000.min(text.len())]);
        for (name, pattern) in wanted.iter().zip(found) {
            let beginning = pattern.split('*').next().expect("before the star");
            assert!(name.starts_with(beginning), "{what}: {name} is not {pattern}");
            assert!(*name == pattern || pattern.contains('*'), "{what}: {name} is not {pattern}");
        }
    }
}

/// Addresses that are destroyed or replaced, by the signs of their actions.
fn wanted(addresses: &[String], action: fn(usize) -> Action) -> BTreeMap<String, BTreeSet<&str>> {
    let mut wanted: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (index, address) in addresses.iter().enumerate() {
        let sign = match action(index) {
            Action::Delete => "-",
            Action::DeleteThenCreate => "-/+",
            Action::CreateThenDelete => "+/-",
            _ => continue,
        };
        wanted.entry(sign.into()).or_default().insert(address);
    }
    wanted
}

fn mixed(index: usize) -> Action {
    let actions = [Action::Delete, Action::Create, Action::Update, Action::DeleteThenCreate, Action::CreateThenDelete];
    actions[index % actions.len()]
}

#[track_caller]
fn check(kind: Kind, number: usize, action: fn(usize) -> Action) {
    let addresses = kind.addresses(number);
    let text = comment(&plan(&addresses, action));
    let what = format!("{number} of {kind:?}");
    assert!(text.len() <= LIMIT, "{what}: {} bytes", text.len());
    assert_named(&text, &wanted(&addresses, action), &what);
    assert_eq!(text.matches("```").count() % 2, 0, "{what}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count(), "{what}");
}

#[test]
fn as_many_destroys_as_there_are_are_named() {
    for kind in KINDS {
        for number in [1, 40, 700, 20_000] {
            check(kind, number, |_| Action::Delete);
        }
    }
}

#[test]
fn names_come_in_the_fullest_form_that_fits() {
    let of = |number: usize| comment(&plan(&Kind::Count.addresses(number), |_| Action::Delete));
    assert!(of(300).contains("\n- `-` `aws_subnet.a[299]`: `key [299] is not in for_each map`\n"));
    assert!(of(2_000).contains(
        "\n`-` 2,000 objects: `the key is not in for_each map`\n```text\naws_subnet.a[0]\naws_subnet.a[1]\n"
    ));
    assert!(of(20_000).contains("\n```text\naws_subnet.a[0..19999]\n```\n"));
}

#[test]
fn mixed_plans_fit() {
    for kind in KINDS {
        for number in [5, 120] {
            check(kind, number, mixed);
        }
    }
    check(Kind::RandomKeys, 20_000, mixed);
}

#[test]
fn what_can_not_be_named_in_so_little_room_is_counted() {
    let noise = |index: usize| (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let letters =
        |number: u64| number.to_string().chars().map(|digit| char::from(b'a' + digit as u8 - b'0')).collect::<String>();
    let address = |index| {
        let word = letters(noise(index));
        format!("module.{word}.module.{}{word}.a_{word}.{word}", &word[3..])
    };
    // Characters of three bytes, each another.
    let wide = |index: usize| char::from_u32(0x4E00 + index as u32).expect("a character");
    let address = |index: usize| format!("{}[\"{}\"]", address(index), wide(index).to_string().repeat(40));
    let addresses: Vec<String> = (0..20_000).map(address).collect();
    let text = comment(&plan(&addresses, |_| Action::Delete));
    assert!(text.len() <= LIMIT, "{} bytes", text.len());
    assert!(text.contains("Destroys and replacements (20,000)"), "{}", &text[..2000]);
}

#[test]
fn errors_and_destroys_share_a_comment() {
    for number in [1, 30, 1_000, 20_000] {
        let addresses = Kind::NumberedKeys.addresses(number);
        let plan = Plan { errored: true, ..plan(&addresses, |_| Action::Delete) };
        let error = |address: &String| {
            Diagnostic::error("Invalid CIDR", format!("{address} has a CIDR that is none. {}", "x".repeat(200)))
                .about(address.as_str())
        };
        let text = with(Some(&plan), addresses.iter().map(error).collect(), &SourceMap::new());
        assert!(text.len() <= LIMIT, "{number}: {} bytes", text.len());
        assert_named(&text, &wanted(&addresses, |_| Action::Delete), "destroys beside errors");
        let told = match number {
            1_000 | 20_000 => format!("Invalid CIDR: aws_subnet.a[\"subnet-{{000000..{:06}}}\"]", number - 1),
            _ => addresses[number - 1].clone(),
        };
        assert!(
            text.split("#### Destroys").next().expect("before").contains(&told),
            "{number}: {}",
            &text[..3000.min(text.len())]
        );
    }
}

#[test]
fn errors_that_all_differ_fit() {
    let error = |index: usize| Diagnostic::error(format!("Problem {index} {}", "y".repeat(300)), "z".repeat(9_000));
    let text = with(None, (0..20_000).map(error).collect(), &SourceMap::new());
    assert!(text.len() <= LIMIT, "{} bytes", text.len());
    assert!(text.contains("Errors (20,000)") && text.contains(" more kinds\n"), "{}", &text[..2000]);
}

#[test]
fn values_and_outputs_of_any_length_fit() {
    let mut long = plan(&Kind::Count.addresses(3), |index| [Action::Create, Action::Update, Action::Update][index]);
    for (change, length) in long.resource_changes.iter_mut().zip([100, 50_000, 3_000_000]) {
        change.after = change.after.with_attribute("input", Value::from("line\n".repeat(length / 5).as_str()));
    }
    let value = Value::from("o".repeat(200_000).as_str());
    let output = OutputChange { action: Action::Create, before: Value::NULL, after: value, sensitive: false };
    long.output_changes = [("long".into(), output)].into();
    let text = comment(&long);
    assert!(text.len() <= LIMIT, "{} bytes", text.len());
    assert!(text.contains("more lines\n```\n\n</details>"), "{text}");
    assert!(text.contains("#### Outputs (1)\n\n- `long`\n"), "{text}");
}

/// What a reader of Markdown reads as Markdown: all but code.
fn outside_of_code(text: &str) -> String {
    let mut outside = String::new();
    let mut fence: Option<usize> = None;
    for line in text.lines() {
        let ticks = line.chars().take_while(|character| *character == '`').count();
        match fence {
            Some(open) if ticks >= open && line.trim_end().len() == ticks => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(ticks),
            None => outside.push_str(&(without_spans(line) + "\n")),
        }
    }
    assert_eq!(fence, None, "all fences are closed");
    outside
}

fn without_spans(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '<']) {
        outside.push_str(&rest[..at]);
        rest = &rest[at..];
        let (open, close) = match rest.starts_with("<code>") {
            true => ("<code>".to_owned(), "</code>".to_owned()),
            false if rest.starts_with('<') => {
                outside.push('<');
                rest = &rest[1..];
                continue;
            }
            false => {
                let ticks: String = rest.chars().take_while(|character| *character == '`').collect();
                (ticks.clone(), ticks)
            }
        };
        rest = &rest[open.len()..];
        // A run of other length closes nothing.
        let closes = |(at, _): &(usize, &str)| {
            !close.starts_with('`') || (!rest[..*at].ends_with('`') && !rest[at + close.len()..].starts_with('`'))
        };
        let end = rest.match_indices(&close).find(closes).map(|(at, _)| at).expect("closed in its line");
        rest = &rest[end + close.len()..];
    }
    outside + rest
}

#[test]
fn foreign_text_does_nothing() {
    let evil = "EVIL</code></summary></details>`EVIL```\n````\n~~~\r# EVIL @EVIL #1 <!-- landform-plan: EVIL --> | EVIL | [EVIL](http://EVIL) \u{202e}";
    let mut key = String::new();
    for character in evil.chars() {
        match character {
            '\n' => key.push_str("\\n"),
            '\r' => key.push_str("\\r"),
            other => key.push(other),
        }
    }
    let addresses: Vec<String> = (0..6).map(|index| format!("a_b.c[\"{index}{key}\"]")).collect();
    let actions =
        [Action::Create, Action::Update, Action::Delete, Action::DeleteThenCreate, Action::Forget, Action::NoOp];
    for (copies, length) in [(1, 1), (1, 40), (300, 1)] {
        let many: Vec<String> = (0..copies)
            .flat_map(|copy| addresses.iter().map(move |it| it.replace("[\"", &format!("[\"{copy}"))))
            .collect();
        let mut plan = plan(&many, |index| actions[index % 6]);
        let text = evil.repeat(length);
        for change in &mut plan.resource_changes {
            change.after = change.after.with_attribute("input", Value::from(text.as_str()));
            change.importing = Some(PlannedImport::Id(text.as_str().into()));
            change.notes = vec![text.as_str().into()];
            change.previous_address = change.address.clone();
        }
        plan.drift = plan.resource_changes.iter().filter(|change| change.action == Action::Update).cloned().collect();
        let output = OutputChange {
            action: Action::Create,
            before: Value::NULL,
            after: Value::from(text.as_str()),
            sensitive: false,
        };
        plan.output_changes = [("EVIL`".into(), output)].into();
        let instance = CheckInstance {
            module: landform_addrs::ModuleInstance::root(),
            key: landform_addrs::InstanceKey::String(text.as_str().into()),
            status: CheckStatus::Fail,
            problems: vec![text.as_str().into()],
        };
        let object = CheckObject::Check(landform_addrs::ModulePath::root(), "EVIL".into());
        plan.checks = vec![CheckResult { object, status: CheckStatus::Fail, instances: vec![instance] }];
        let found = |index: usize| Diagnostic::error(text.as_str(), text.as_str()).about(addresses[index % 6].as_str());
        let warning = Diagnostic::warning(text.as_str(), text.as_str());
        let all = (0..copies).map(found).chain([warning]).collect();
        let comment = with(Some(&plan), all, &SourceMap::new());
        assert!(comment.len() <= LIMIT);
        assert!(comment.contains("EVIL"));
        let outside = outside_of_code(&comment);
        assert!(!outside.contains("EVIL") && !outside.contains('@'), "{outside}");
        assert!(!comment.contains('\u{202e}') && !comment.contains('\r'));
        assert_eq!(outside.matches("<details>").count(), outside.matches("</details>").count());
    }
}

#[test]
fn a_marker_is_one_line_whatever_the_name() {
    let files = SourceMap::new();
    let sources = landform_views::diagnostics::Sources::of(&files);
    let name = "a\n--> @all `x` <b>";
    let comment = landform_views::markdown::PlanComment { name, plan: None, diagnostics: &[], sources: &sources };
    let text = comment.text();
    assert!(
        text.starts_with("<!-- landform-plan: a - @all `x` b -->\n### Landform plan: ``a --> @all `x` <b>``\n"),
        "{text}"
    );
}

#[test]
fn sensitive_values_are_hidden() {
    let cases = crate::cases::all();
    let case = cases.iter().find(|found| found.name == "sensitive").expect("the case");
    let mut hidden = 0;
    for (index, _) in case.steps().enumerate().filter(|(_, step)| step.get("plan.json").is_some()) {
        let plan = recorded("sensitive", index + 1);
        let shown = landform_views::plan::human(&plan, &landform_views::plan::PlanOptions::default());
        let text = comment(&plan);
        // Some steps have the same text as a value that is not sensitive.
        assert!(shown.contains("hush") || !text.contains("hush"), "{text}");
        hidden += text.matches("(sensitive value)").count();
    }
    assert!(hidden > 10, "{hidden}");
}

#[test]
fn irregular_indexes_are_named() {
    let noise = |index: u64| (index + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    let chosen = (0..40_000).filter(|index| noise(*index).count_ones() % 2 == 0);
    let addresses: Vec<String> = chosen.map(|index| format!("a.b[{index}]")).collect();
    assert!(addresses.len() > 19_000);
    let text = comment(&plan(&addresses, |_| Action::Delete));
    assert!(text.len() <= LIMIT, "{} bytes", text.len());
    assert_named(&text, &wanted(&addresses, |_| Action::Delete), "irregular");
}

#[test]
fn moves_imports_drift_and_checks() {
    let mut plan = plan(&Kind::Count.addresses(2), |_| Action::NoOp);
    plan.resource_changes[0].previous_address = "a.old".parse().expect("an address");
    plan.resource_changes[1].importing = Some(PlannedImport::Id("i-1".into()));
    let template = recorded("replacing", 4).resource_changes.pop().expect("a change");
    plan.drift = vec![change(&template, "a.gone", Action::Delete), change(&template, "a.b", Action::NoOp)];
    let text = comment(&plan);
    for part in [
        "**Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.**\n\n- 1 moved in state\n- 1 to import\n- 1 changed outside since the last apply\n",
        "\n#### Moved, imported, forgotten (2)\n\n- `a.old` moves to `aws_subnet.a[0]`\n- `aws_subnet.a[1]` is imported from `i-1`\n",
        "\n#### Changed outside since the last apply (1)\n\n<details><summary><code>-</code> <code>a.gone</code></summary>\n\n```diff\n  # a.gone has been deleted\n",
    ] {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
}
