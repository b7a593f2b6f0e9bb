//! The commands of a case, by chance.

use super::change::key;
use super::dice::Dice;
use super::model::{Module, Object};

/// A command, behind the version of the root that is first laid over the working directory.
pub(super) struct Step {
    pub(super) version: Option<&'static str>,
    pub(super) words: Vec<String>,
}

impl Step {
    /// The command as people write it.
    pub(super) fn line(&self) -> String {
        self.words.join(" ")
    }
}

/// What may be done at each step, `@` standing for an address.
const STEPS: [(Option<&str>, &str); 9] = [
    (Some("v1"), "init"),
    (None, "apply -auto-approve | apply -auto-approve | apply -auto-approve | apply -auto-approve -target=@"),
    (Some("v2"), "init"),
    (
        None,
        "plan -out=p | plan -out=p | plan -out=p | plan -out=p -target=@ | plan -out=p -target=@ -target=@
        | plan -out=p -replace=@ | plan -out=p -refresh=false | plan -out=p -refresh-only | plan -out=p -destroy
        | plan -out=p -destroy -target=@ | plan -out=p -var=number=2 -var=value=cli -var=switch=false",
    ),
    (None, "apply p | apply p | apply p | apply -auto-approve"),
    (
        None,
        "taint @ | untaint @ | state rm @ | state mv @ @ | state list | state show @ | import @ some-id
        | apply -auto-approve -refresh-only | apply -auto-approve -replace=@ | destroy -auto-approve -target=@
        | output | output -json | show | show -json | plan -detailed-exitcode | validate | validate -json | graph",
    ),
    (Some("v3"), "init"),
    (
        None,
        "plan -out=p | apply -auto-approve | apply -auto-approve | plan -json | apply -auto-approve -json
        | plan -detailed-exitcode | apply -auto-approve -refresh=false",
    ),
    (
        None,
        "plan | plan -destroy | apply -auto-approve | show | show -json | destroy -auto-approve
        | destroy -auto-approve -json | destroy -auto-approve -target=@",
    ),
];

/// A life of three versions of a root.
pub(super) fn steps(dice: &mut Dice, versions: [&Module; 3]) -> Vec<Step> {
    let mut addresses = Vec::new();
    versions.iter().for_each(|root| collect_addresses(dice, root, "", &mut addresses));
    let word = |dice: &mut Dice, word: &str| match dice.index(addresses.len()) {
        Some(index) => word.replace('@', &addresses[index]),
        None => word.to_owned(),
    };
    let mut step = |(version, commands): &(Option<&'static str>, &str)| {
        let words = dice.one_of(commands).split(' ').map(|text| word(dice, text)).collect();
        Step { version: *version, words }
    };
    STEPS.iter().map(&mut step).collect()
}

/// Of data, of resources and calls, and of some of their instances.
fn collect_addresses(dice: &mut Dice, module: &Module, at: &str, addresses: &mut Vec<String>) {
    addresses.extend(module.data.iter().map(|_| format!("{at}{}", Object::Data)));
    for resource in &module.resources {
        let (object, key) = (resource.object(), key(dice, resource.repetition));
        addresses.extend([format!("{at}{object}"), format!("{at}{object}{key}")]);
    }
    for call in &module.calls {
        let address = format!("{at}{}{}", call.object(), key(dice, call.repetition));
        collect_addresses(dice, &call.module, &format!("{address}."), addresses);
        addresses.push(address);
    }
}
