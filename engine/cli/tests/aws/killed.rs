//! A run may die at any moment: the next one finishes what it began, and nothing is made twice.

use std::time::Duration;

use crate::roots::Root;

/// How much longer each try lives than the one before.
const STEP: Duration = Duration::from_millis(150);

/// Runs a command and kills it again and again, each time a little later, until it gets to its end.
fn until_it_survives(network: &Root, arguments: &[&str]) -> u32 {
    for tries in 1..200 {
        let mut child = network
            .planning(arguments)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let patience = Duration::from_millis(300) + STEP * tries;
        let begun = std::time::Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("a child") {
                let output = child.wait_with_output().expect("a child");
                assert!(status.success(), "{arguments:?}, try {tries}: {}", String::from_utf8_lossy(&output.stderr));
                return tries;
            }
            if begun.elapsed() > patience {
                child.kill().expect("a child");
                child.wait().expect("a child");
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    panic!("{arguments:?} never got to its end");
}

#[test]
fn apply_and_destroy_converge() {
    let network = Root::network("dev");
    let tries = until_it_survives(&network, &["apply", "-auto-approve"]);
    assert!(tries > 3, "it was killed");
    network.plans(0, &["plan", "-detailed-exitcode"]);
    let vpcs = network.account.objects().into_iter().filter(|(kind, _)| kind == "ec2.vpc").count();
    assert_eq!(vpcs, 1, "{:#?}", network.account.objects());
    until_it_survives(&network, &["destroy", "-auto-approve"]);
    network.is_destroyed_without_a_trace();
}
