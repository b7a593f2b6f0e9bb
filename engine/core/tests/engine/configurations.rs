//! Small configurations at random: things that refer to each other, come in numbers, and go in either order.

use std::fmt::Write as _;

use proptest::prelude::*;

/// How many things there are at most.
pub(crate) const THINGS: usize = 5;

/// Things by number; each may refer to those before it. What is `None` is not declared.
#[derive(Clone, Debug)]
pub(crate) struct Configuration(Vec<Option<Thing>>);

#[derive(Clone, Debug)]
struct Thing {
    repetition: Repetition,
    create_first: bool,
    input: u8,
    replace: u8,
    uses: Vec<(usize, Part)>,
    depends_on: Vec<usize>,
    /// The thing that its provider is configured from.
    provider: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Repetition {
    Single,
    Count(u8),
    /// Which of the keys there are, by bits.
    ForEach(u8),
    /// One for each id of another thing, which are not known before that is made.
    PerId(usize),
}

/// What is taken of another thing.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Changes when it is replaced.
    Id,
    /// Changes whenever it does.
    Tag,
    /// Changes with configuration only, and leads to replacement here.
    Input,
}

pub(crate) fn configuration() -> impl Strategy<Value = Configuration> {
    let things: Vec<_> = (0..THINGS).map(|number| proptest::option::weighted(0.8, thing(number))).collect();
    things.prop_map(Configuration)
}

/// A configuration, and what becomes of it.
pub(crate) fn history() -> impl Strategy<Value = Vec<Configuration>> {
    // Most edits change little: a thing or two.
    let edit = proptest::collection::vec((0..THINGS, proptest::option::weighted(0.7, any_thing())), 1..3);
    (configuration(), proptest::collection::vec(edit, 1..4)).prop_map(|(first, edits)| {
        let mut history = vec![first];
        for edit in edits {
            let mut next = history[history.len() - 1].clone();
            for (number, thing) in edit {
                next.0[number] = thing.map(|thing| thing.only_before(number));
            }
            history.push(next);
        }
        history
    })
}

fn any_thing() -> impl Strategy<Value = Thing> {
    thing(THINGS)
}

fn thing(number: usize) -> impl Strategy<Value = Thing> {
    let repetition = prop_oneof![
        3 => Just(Repetition::Single),
        1 => (0..3_u8).prop_map(Repetition::Count),
        1 => (0..8_u8).prop_map(Repetition::ForEach),
        1 => (0..number.max(1)).prop_map(Repetition::PerId),
    ];
    let earlier = 0..number.max(1);
    let part = prop_oneof![Just(Part::Id), Just(Part::Tag), Just(Part::Input)];
    let uses = proptest::collection::vec((earlier.clone(), part), 0..3);
    let depends_on = proptest::collection::vec(earlier.clone(), 0..2);
    let provider = proptest::option::weighted(0.2, earlier);
    let values = (repetition, proptest::bool::weighted(0.3), 0..2_u8, 0..2_u8, uses, depends_on, provider);
    values.prop_map(move |(repetition, create_first, input, replace, uses, depends_on, provider)| {
        Thing { repetition, create_first, input, replace, uses, depends_on, provider }.only_before(number)
    })
}

impl Thing {
    fn only_before(mut self, number: usize) -> Self {
        if matches!(self.repetition, Repetition::PerId(other) if other >= number) {
            self.repetition = Repetition::Single;
        }
        self.uses.retain(|(other, _)| *other < number);
        self.depends_on.retain(|other| *other < number);
        self.provider = self.provider.filter(|other| *other < number);
        self
    }
}

impl Configuration {
    /// As a configuration file.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for number in 0..THINGS {
            let ids = self.all(number, "id").unwrap_or_else(|| "[]".into());
            // What is in state may still need it.
            text += &format!("provider \"test\" {{\n  alias = \"p{number}\"\n  uses = {ids}\n}}\n");
        }
        for (number, thing) in self.0.iter().enumerate() {
            if let Some(thing) = thing {
                self.write(&mut text, number, thing).expect("strings take all");
            }
        }
        text
    }

    fn write(&self, text: &mut String, number: usize, thing: &Thing) -> std::fmt::Result {
        writeln!(text, "resource \"test_thing\" \"t{number}\" {{")?;
        match thing.repetition {
            Repetition::Single | Repetition::PerId(_) => {}
            Repetition::Count(count) => writeln!(text, "  count = {count}")?,
            Repetition::ForEach(bits) => {
                let keys = ["x", "y", "z"].iter().enumerate().filter(|(index, _)| bits & (1 << index) != 0);
                let keys: Vec<String> = keys.map(|(_, key)| format!("{key:?}")).collect();
                writeln!(text, "  for_each = toset([{}])", keys.join(", "))?;
            }
        }
        if let Repetition::PerId(other) = thing.repetition {
            let ids = self.all(other, "id").unwrap_or_else(|| "[]".into());
            writeln!(text, "  for_each = toset({ids})")?;
        }
        if let Some(number) = thing.provider {
            writeln!(text, "  provider = test.p{number}")?;
        }
        writeln!(text, "  input = \"{}\"", thing.input)?;
        let (inputs, uses): (Vec<_>, Vec<_>) = thing.uses.iter().partition(|(_, part)| matches!(part, Part::Input));
        let inputs = inputs.iter().filter_map(|(other, _)| self.all(*other, "input")).collect::<Vec<_>>();
        writeln!(text, "  replace = join(\",\", concat([\"{}\"], {}))", thing.replace, list(&inputs))?;
        let uses = uses.iter().filter_map(|(other, part)| match part {
            Part::Tag => self.all(*other, "tag"),
            _ => self.all(*other, "id"),
        });
        writeln!(text, "  uses = concat([], {})", list(&uses.collect::<Vec<_>>()))?;
        let names = thing.depends_on.iter().filter(|other| self.0[**other].is_some());
        let names: Vec<String> = names.map(|other| format!("test_thing.t{other}")).collect();
        writeln!(text, "  depends_on = [{}]", names.join(", "))?;
        writeln!(text, "  lifecycle {{ create_before_destroy = {} }}\n}}", thing.create_first)
    }

    /// A list of an attribute of all instances of another thing, if that is declared.
    fn all(&self, other: usize, attribute: &str) -> Option<String> {
        let name = format!("test_thing.t{other}");
        Some(match self.0[other].as_ref()?.repetition {
            Repetition::Single => format!("[{name}.{attribute}]"),
            Repetition::Count(_) => format!("{name}[*].{attribute}"),
            Repetition::ForEach(_) | Repetition::PerId(_) => format!("[for thing in {name} : thing.{attribute}]"),
        })
    }
}

fn list(lists: &[String]) -> String {
    if lists.is_empty() { "[]".into() } else { lists.join(", ") }
}
