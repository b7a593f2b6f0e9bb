//! The platforms of the examples: clusters, databases and caches.

use std::time::Duration;

use landform_simulator::Fault;

use crate::roots::Root;

/// A plan of events-registration without changes may cost this many calls, besides those for state and locks.
const MOST_CALLS: u64 = 30;
/// How fast time passes where minutes are waited for.
const FAST: u32 = 100;

#[test]
fn events_registration() {
    let root = check(Root::new("events-registration", "dev"));
    let root = check(root.switched_to("staging"));
    root.change_backend("destroy");
    assert_eq!(root.account.objects(), [], "something is left");
}

#[test]
fn techally() {
    let root = check(Root::new("techally", "dev"));
    let root = check(root.switched_to("staging"));
    let root = check(root.switched_to("uat"));
    root.change_backend("destroy");
    assert_eq!(root.account.objects(), [], "something is left");
}

/// Databases that people would miss are not deleted unless asked twice, and leave a snapshot.
#[test]
fn protected_environments() {
    for (example, environments) in [("events-registration", &["production"][..]), ("techally", &["production", "dr"])] {
        for environment in environments {
            let root = Root::new(example, environment);
            root.plans(0, &["apply", "-auto-approve"]);
            root.plans(0, &["plan", "-detailed-exitcode"]);
            root.plans(1, &["destroy", "-auto-approve"]);
            root.plans(0, &["apply", "-auto-approve", "-var=deletion_protection=false"]);
            root.plans(0, &["destroy", "-auto-approve", "-var=deletion_protection=false"]);
            let left: Vec<String> = root.account.objects().into_iter().map(|(kind, _)| kind).collect();
            assert!(left.contains(&"rds.snapshot".to_owned()), "{left:?}");
        }
    }
}

/// What is throttled is tried again, and what AWS does not know yet is waited for: no user hears of either.
#[test]
fn in_bad_weather() {
    let mut root = Root::new("events-registration", "dev");
    root.runs_at(FAST);
    root.account.fault(&Fault::throttle("*").rate(0.2));
    root.account.fault(&Fault::inconsistent("*", Duration::from_secs(300)));
    root.plans(0, &["apply", "-auto-approve"]);
    root.plans(0, &["plan", "-detailed-exitcode"]);
    root.is_destroyed_without_a_trace();
}

/// Up, unchanged, and down again.
fn check(root: Root) -> Root {
    root.plans(2, &["plan", "-detailed-exitcode", "-out=saved.plan"]);
    root.ends(0, &["show", "saved.plan"]);
    root.ends(0, &["apply", "-input=false", "saved.plan"]);
    root.account.reset_calls();
    root.plans(0, &["plan", "-detailed-exitcode"]);
    let calls = root.account.calls();
    let of_root = calls.iter().filter(|(name, _)| !name.starts_with("s3.") && !name.starts_with("dynamodb."));
    assert!(of_root.map(|(_, count)| count).sum::<u64>() <= MOST_CALLS, "{calls}");
    root.ends(0, &["output"]);
    root.plans(0, &["destroy", "-auto-approve"]);
    root
}
