//! Small configurations at random: things that refer to each other, in the root module and in another, come in numbers, go
//! in either order, trigger each other's replacement, need sessions, are read by data sources, are moved, and are let go.

use std::fmt::Write as _;

use proptest::prelude::*;

/// How many things there are at most.
pub(crate) const THINGS: usize = 6;

/// Things by number; each may refer to those before it. What is `None` is not declared.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    things: Vec<Option<Thing>>,
    /// How often the module is called.
    module: Repetition,
    /// Addresses that changed since the configuration before.
    moved: Vec<(Place, String, String)>,
    /// Addresses that are not there any more since the configuration before, and whether their objects are destroyed.
    removed: Vec<(String, bool)>,
}

#[derive(Clone, Debug)]
struct Thing {
    place: Place,
    /// Part of the name.
    letter: char,
    repetition: Repetition,
    /// In the root module: one for each id of another thing there, which are not known before that is made.
    per_id: Option<usize>,
    /// In the root module: the thing there that its provider is configured from, where there is no other module.
    provider: Option<usize>,
    /// What tells items of a list apart: a letter for each.
    items: String,
    create_first: Option<bool>,
    input: u8,
    replace: u8,
    uses: Vec<(usize, Part)>,
    depends_on: Vec<usize>,
    /// Things in the same module whose change leads to its replacement: any change, or that of their input.
    triggers: Vec<(usize, bool)>,
    session: Option<Session>,
}

/// A session that is needed to make or change a thing.
#[derive(Clone, Copy, Debug)]
enum Session {
    /// That of the root module.
    Shared,
    /// One of its own, which is made of that.
    Own,
    /// One that can not be opened before another thing is there.
    Behind(usize),
}

/// Which module something is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Root,
    Module,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repetition {
    Single,
    Count(u8),
    /// Which of the keys there are, by bits.
    ForEach(u8),
}

/// What is taken of another thing.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Changes when it is replaced.
    Id,
    /// Changes whenever it does.
    Tag,
    /// The same, as a data source says that waits for it.
    Read,
    /// Changes with configuration only, and leads to replacement here.
    Input,
}

pub(crate) fn configuration() -> impl Strategy<Value = Configuration> {
    let things: Vec<_> = (0..THINGS).map(|number| proptest::option::weighted(0.8, thing(number))).collect();
    (things, repetition()).prop_map(|(things, module)| {
        let (moved, removed) = (Vec::new(), Vec::new());
        Configuration { things, module, moved, removed }
    })
}

/// A configuration, and what becomes of it.
pub(crate) fn history() -> impl Strategy<Value = Vec<Configuration>> {
    // Most edits change little: a thing or two.
    let edits = proptest::collection::vec(edit(), 1..3);
    (configuration(), proptest::collection::vec(edits, 1..4)).prop_map(|(first, edits)| {
        let mut history = vec![first];
        for edits in edits {
            let next = history[history.len() - 1].edited(&edits);
            history.push(next);
        }
        history
    })
}

/// One change of a configuration.
#[derive(Clone, Debug)]
enum Edit {
    /// A thing becomes another.
    Replace(usize, Thing),
    /// A thing goes; perhaps a block says so, and whether its objects are destroyed.
    Remove(usize, Option<bool>),
    /// A thing has another name, or is elsewhere.
    Move(usize, Place, char),
    /// A list loses one of its items, and the others move up.
    MoveUp(usize, u8),
    /// A list has a new item, and those behind it move down.
    MoveDown(usize, u8),
    /// The module is called otherwise.
    Module(Repetition),
}

fn edit() -> impl Strategy<Value = Edit> {
    let number = 0..THINGS;
    prop_oneof![
        3 => (number.clone(), thing(THINGS)).prop_map(|(number, thing)| Edit::Replace(number, thing)),
        1 => (number.clone(), proptest::option::of(any::<bool>())).prop_map(|(number, end)| Edit::Remove(number, end)),
        2 => (number.clone(), place(), letter()).prop_map(|(number, place, letter)| Edit::Move(number, place, letter)),
        2 => (number.clone(), 0..3_u8).prop_map(|(number, item)| Edit::MoveUp(number, item)),
        2 => (number, 0..3_u8).prop_map(|(number, item)| Edit::MoveDown(number, item)),
        1 => repetition().prop_map(Edit::Module),
    ]
}

fn repetition() -> impl Strategy<Value = Repetition> {
    prop_oneof![
        3 => Just(Repetition::Single),
        2 => (0..4_u8).prop_map(Repetition::Count),
        1 => (0..8_u8).prop_map(Repetition::ForEach),
    ]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![2 => Just(Place::Root), 1 => Just(Place::Module)]
}

fn letter() -> impl Strategy<Value = char> {
    prop_oneof![Just('t'), Just('u')]
}

fn thing(number: usize) -> impl Strategy<Value = Thing> {
    let earlier = 0..number.max(1);
    let part = prop_oneof![Just(Part::Id), Just(Part::Tag), Just(Part::Read), Just(Part::Input)];
    let uses = proptest::collection::vec((earlier.clone(), part), 0..3);
    let depends_on = proptest::collection::vec(earlier.clone(), 0..2);
    let triggers = proptest::option::weighted(0.2, (earlier.clone(), any::<bool>()));
    let waits = (proptest::option::weighted(0.2, earlier.clone()), proptest::option::weighted(0.2, earlier.clone()));
    let session = prop_oneof![Just(Session::Shared), Just(Session::Own), earlier.prop_map(Session::Behind)];
    let create_first = prop_oneof![Just(None), Just(Some(false)), Just(Some(true))];
    let values = (create_first, 0..2_u8, 0..2_u8);
    let needs = (uses, depends_on, triggers, proptest::option::weighted(0.2, session));
    (place(), letter(), repetition(), waits, values, needs).prop_map(
        move |(place, letter, repetition, (per_id, provider), (create_first, input, replace), needs)| {
            let (uses, depends_on, triggers, session) = needs;
            let triggers = triggers.into_iter().collect();
            let items = "abcd".to_owned();
            Thing {
                place,
                letter,
                repetition,
                per_id,
                provider,
                items,
                create_first,
                input,
                replace,
                uses,
                depends_on,
                triggers,
                session,
            }
            .only_before(number)
        },
    )
}

impl Thing {
    fn only_before(mut self, number: usize) -> Self {
        self.uses.retain(|(other, _)| *other < number);
        self.depends_on.retain(|other| *other < number);
        self.per_id = self.per_id.filter(|other| *other < number);
        self.provider = self.provider.filter(|other| *other < number);
        self.triggers.retain(|(other, _)| *other < number);
        self.session = self.session.filter(|session| !matches!(session, Session::Behind(other) if *other >= number));
        self
    }

    /// What it takes of other things.
    fn takes(&self) -> impl Iterator<Item = (usize, Part)> {
        let of_session = match self.session {
            Some(Session::Behind(other)) => Some((other, Part::Id)),
            _ => None,
        };
        self.uses.iter().copied().chain(of_session)
    }

    fn name(&self, number: usize) -> String {
        format!("test_thing.{}{number}", self.letter)
    }
}

impl Repetition {
    /// The key of an instance, as addresses have it; `None` where there is no instance.
    fn some_key(self) -> Option<&'static str> {
        match self {
            Self::Single => Some(""),
            Self::Count(count) => (count > 0).then_some("[0]"),
            Self::ForEach(bits) => {
                let keys = ["[\"x\"]", "[\"y\"]", "[\"z\"]"].into_iter().enumerate();
                keys.into_iter().find(|(index, _)| bits & (1 << index) != 0).map(|(_, key)| key)
            }
        }
    }

    fn write(self, text: &mut String) -> std::fmt::Result {
        match self {
            Self::Single => Ok(()),
            Self::Count(count) => writeln!(text, "  count = {count}"),
            Self::ForEach(bits) => {
                let keys = ["x", "y", "z"].iter().enumerate().filter(|(index, _)| bits & (1 << index) != 0);
                let keys: Vec<String> = keys.map(|(_, key)| format!("{key:?}")).collect();
                writeln!(text, "  for_each = toset([{}])", keys.join(", "))
            }
        }
    }

    /// A list of something of all instances of what has a name.
    fn all(self, name: &str, what: &str) -> String {
        match self {
            Self::Single => format!("[{name}.{what}]"),
            Self::Count(_) => format!("{name}[*].{what}"),
            Self::ForEach(_) => format!("[for each in {name} : each.{what}]"),
        }
    }
}

impl Configuration {
    fn edited(&self, edits: &[Edit]) -> Self {
        let mut next = Self { moved: Vec::new(), removed: Vec::new(), ..self.clone() };
        let (mut moved_up, mut moved_down) = (Vec::new(), Vec::new());
        let mut ends = Vec::new();
        for edit in edits {
            match edit {
                Edit::Replace(number, thing) => {
                    // What becomes another stays where it is.
                    let mut thing = thing.clone();
                    if let Some(old) = &next.things[*number] {
                        (thing.place, thing.letter) = (old.place, old.letter);
                    }
                    next.things[*number] = Some(thing.only_before(*number));
                }
                Edit::Remove(number, end) => {
                    next.things[*number] = None;
                    ends.extend(end.map(|destroyed| (*number, destroyed)));
                }
                Edit::Move(number, place, letter) => {
                    if let Some(thing) = &mut next.things[*number] {
                        (thing.place, thing.letter) = (*place, *letter);
                    }
                }
                Edit::MoveUp(number, item) => {
                    let Some(Thing { repetition: Repetition::Count(count), items, per_id: None, .. }) =
                        &mut next.things[*number]
                    else {
                        continue;
                    };
                    if *count > item + 1 {
                        moved_up.push((*number, *item, *count));
                        *count -= 1;
                        items.remove(usize::from(*item));
                    }
                }
                Edit::MoveDown(number, item) => {
                    let Some(Thing { repetition: Repetition::Count(count), items, per_id: None, .. }) =
                        &mut next.things[*number]
                    else {
                        continue;
                    };
                    if (item + 1..4).contains(count) {
                        moved_down.push((*number, *item, *count));
                        *count += 1;
                        let new = ('e'..'z').find(|letter| !items.contains(*letter)).expect("there are few items");
                        items.insert(usize::from(*item), new);
                    }
                }
                Edit::Module(repetition) => next.module = *repetition,
            }
        }
        next.moved = self.moves_to(&next);
        for (number, destroyed) in ends {
            if next.things[number].is_none()
                && !next.removed.iter().any(|(from, _)| self.address(number).as_ref() == Some(from))
            {
                next.removed.extend(self.address(number).map(|from| (from, destroyed)));
            }
        }
        for (number, item, count) in moved_up {
            let moves: Vec<_> = (item..count - 1).map(|to| (to + 1, to)).collect();
            next.move_items(self, number, (count, count - 1), &moves);
        }
        for (number, item, count) in moved_down {
            let moves: Vec<_> = (item..count).map(|from| (from, from + 1)).collect();
            next.move_items(self, number, (count, count + 1), &moves);
        }
        next
    }

    /// What is at another address in the next configuration.
    fn moves_to(&self, next: &Self) -> Vec<(Place, String, String)> {
        let keys = self.module.some_key().zip(next.module.some_key());
        let is_other = std::mem::discriminant(&self.module) != std::mem::discriminant(&next.module);
        let module = keys.filter(|_| is_other && self.has_module());
        let mut moves = Vec::new();
        for number in 0..THINGS {
            if let (Some(old), Some(new)) = (&self.things[number], &next.things[number])
                && (old.place, old.letter) != (new.place, new.letter)
                // The two together would go round in a circle.
                && (module.is_none() || old.place == Place::Root)
            {
                let from = self.module_of(old.place).map(|module| module + &old.name(number));
                let to = next.module_of(new.place).map(|module| module + &new.name(number));
                moves.extend(from.zip(to).map(|(from, to)| (Place::Root, from, to)));
            }
        }
        moves.extend(module.map(|(from, to)| (Place::Root, format!("module.m{from}"), format!("module.m{to}"))));
        moves
    }

    /// Moves items of a list in the root module that has not moved otherwise, and whose length changed just so.
    fn move_items(&mut self, before: &Self, number: usize, lengths: (u8, u8), moves: &[(u8, u8)]) {
        let (Some(old), Some(new)) = (&before.things[number], &self.things[number]) else { return };
        let stays = (old.place, old.letter) == (new.place, new.letter) && new.place == Place::Root;
        let both = (old.repetition, new.repetition);
        let is_meant = both == (Repetition::Count(lengths.0), Repetition::Count(lengths.1));
        if !stays || old.per_id.is_some() || !is_meant {
            return;
        }
        let name = new.name(number);
        let moves = moves.iter().map(|(from, to)| (Place::Root, format!("{name}[{from}]"), format!("{name}[{to}]")));
        self.moved.extend(moves);
    }

    /// What stands before an address in an instance of a module; `None` where there is no instance.
    fn module_of(&self, place: Place) -> Option<String> {
        match place {
            Place::Root => Some(String::new()),
            Place::Module => self.module.some_key().map(|key| format!("module.m{key}.")),
        }
    }

    fn things_in(&self, place: Place) -> impl Iterator<Item = (usize, &Thing)> {
        let things = self.things.iter().enumerate().filter_map(|(number, thing)| Some((number, thing.as_ref()?)));
        things.filter(move |(_, thing)| thing.place == place)
    }

    /// The ids of a thing in the root module, if it is there.
    fn ids(&self, number: usize) -> Option<String> {
        let thing = self.things[number].as_ref().filter(|thing| thing.place == Place::Root)?;
        Some(self.repetition_of(number).all(&thing.name(number), "id"))
    }

    /// The thing whose ids a thing has an instance for each of, if that is so.
    fn per_id(&self, number: usize) -> Option<usize> {
        let thing = self.things[number].as_ref().filter(|thing| thing.place == Place::Root)?;
        let is_there = |other: &usize| self.things[*other].as_ref().is_some_and(|other| other.place == Place::Root);
        thing.per_id.filter(is_there)
    }

    /// How a thing is repeated: with keys of one kind or the other, if with any.
    fn repetition_of(&self, number: usize) -> Repetition {
        let written = self.things[number].as_ref().map_or(Repetition::Single, |thing| thing.repetition);
        if self.per_id(number).is_some() { Repetition::ForEach(0) } else { written }
    }

    fn has_instances(&self, number: usize) -> bool {
        match self.per_id(number) {
            Some(other) => self.has_instances(other),
            None => self.repetition_of(number).some_key().is_some(),
        }
    }

    fn has_module(&self) -> bool {
        self.things_in(Place::Module).next().is_some()
    }

    /// The address of a thing that is declared, without keys.
    pub(crate) fn address(&self, number: usize) -> Option<String> {
        let thing = self.things[number].as_ref()?;
        let module = if thing.place == Place::Root { "" } else { "module.m." };
        Some(format!("{module}{}", thing.name(number)))
    }

    /// The same with other `moved` blocks: the module that each stands in, and its addresses.
    pub(crate) fn with_moves(&self, moved: Vec<(Place, String, String)>) -> Self {
        Self { moved, ..self.clone() }
    }

    /// As configuration files.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("-- main.tf --\n");
        self.write(&mut text).expect("strings take all");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        for number in 0..THINGS {
            // What is in state may still need it. Beside a module, it needs nothing.
            let ids = self.ids(number).filter(|_| !self.has_module()).unwrap_or_else(|| "[]".into());
            writeln!(text, "provider \"test\" {{\n  alias = \"p{number}\"\n  uses = {ids}")?;
            if number % 2 == 1 {
                writeln!(text, "  session = ephemeral.test_session.shared.token")?;
            }
            writeln!(text, "}}")?;
        }
        writeln!(text, "ephemeral \"test_session\" \"shared\" {{\n  name = \"shared\"\n}}")?;
        for (number, thing) in self.things_in(Place::Root) {
            self.write_thing(text, number, thing)?;
        }
        if self.has_module() {
            self.write_call(text)?;
        }
        self.write_moves(text, Place::Root)?;
        for (from, destroyed) in &self.removed {
            writeln!(text, "removed {{\n  from = {from}\n  lifecycle {{ destroy = {destroyed} }}\n}}")?;
        }
        for (number, value) in self.outputs() {
            writeln!(text, "output \"t{number}\" {{ value = {value} }}")?;
        }
        if !self.has_module() {
            return Ok(());
        }
        writeln!(text, "-- m/main.tf --\nvariable \"shared\" {{ ephemeral = true }}")?;
        self.write_moves(text, Place::Module)?;
        for (other, attribute) in self.taken_from_root() {
            writeln!(text, "variable \"t{other}_{attribute}\" {{}}")?;
        }
        for (number, thing) in self.things_in(Place::Module) {
            self.write_thing(text, number, thing)?;
            for attribute in ["id", "tag", "input"] {
                let value = thing.repetition.all(&thing.name(number), attribute);
                writeln!(text, "output \"t{number}_{attribute}\" {{ value = {value} }}")?;
            }
        }
        Ok(())
    }

    fn write_moves(&self, text: &mut String, place: Place) -> std::fmt::Result {
        let mut moves = self.moved.iter().filter(|(within, ..)| *within == place);
        moves.try_for_each(|(_, from, to)| writeln!(text, "moved {{\n  from = {from}\n  to   = {to}\n}}"))
    }

    fn write_call(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "module \"m\" {{\n  source = \"./m\"\n  shared = ephemeral.test_session.shared.token")?;
        self.module.write(text)?;
        for (other, attribute) in self.taken_from_root() {
            let thing = self.things[other].as_ref().expect("what is taken is declared");
            writeln!(
                text,
                "  t{other}_{attribute} = {}",
                self.repetition_of(other).all(&thing.name(other), attribute)
            )?;
        }
        // What all in the module comes after, if it can.
        let first = self.things_in(Place::Module).map(|(number, _)| number).min().unwrap_or_default();
        let wanted = self.things_in(Place::Module).flat_map(|(_, thing)| thing.depends_on.iter().copied());
        let names: Vec<String> = wanted
            .filter(|other| *other < first)
            .filter_map(|other| Some(self.things[other].as_ref()?.name(other)))
            .collect();
        writeln!(text, "  depends_on = [{}]\n}}", names.join(", "))
    }

    /// What things in the module use of those in the root module.
    fn taken_from_root(&self) -> std::collections::BTreeSet<(usize, &'static str)> {
        let uses = self.things_in(Place::Module).flat_map(|(_, thing)| thing.takes());
        let of_root = |other: usize| self.things[other].as_ref().is_some_and(|thing| thing.place == Place::Root);
        uses.filter(|(other, _)| of_root(*other)).map(|(other, part)| (other, part.attribute())).collect()
    }

    fn write_thing(&self, text: &mut String, number: usize, thing: &Thing) -> std::fmt::Result {
        writeln!(text, "resource \"test_thing\" \"{}{number}\" {{", thing.letter)?;
        let per_id = self.per_id(number).and_then(|other| self.ids(other));
        match &per_id {
            Some(ids) => writeln!(text, "  for_each = toset({ids})")?,
            None => thing.repetition.write(text)?,
        }
        if let Some(other) = thing.provider.filter(|_| thing.place == Place::Root) {
            writeln!(text, "  provider = test.p{other}")?;
        }
        match thing.repetition {
            Repetition::Count(_) if per_id.is_none() => {
                let items: Vec<String> = thing.items.chars().map(|item| format!("{}{item}", thing.input)).collect();
                writeln!(text, "  input = {items:?}[count.index]")?;
            }
            _ => writeln!(text, "  input = \"{}\"", thing.input)?,
        }
        let (inputs, uses): (Vec<_>, Vec<_>) = thing.uses.iter().partition(|(_, part)| matches!(part, Part::Input));
        let of = |uses: &[&(usize, Part)]| -> Vec<String> {
            uses.iter().filter_map(|(other, part)| self.all((number, thing.place), *other, *part)).collect()
        };
        writeln!(text, "  replace = join(\",\", concat([\"{}\"], {}))", thing.replace, list(&of(&inputs)))?;
        writeln!(text, "  uses = concat([], {})", list(&of(&uses)))?;
        let names: Vec<String> =
            thing.depends_on.iter().filter_map(|other| self.waited_for(thing.place, *other, number)).collect();
        writeln!(text, "  depends_on = [{}]", names.join(", "))?;
        self.write_session(text, number, thing)?;
        writeln!(text, "  lifecycle {{")?;
        if let Some(create_first) = thing.create_first {
            writeln!(text, "    create_before_destroy = {create_first}")?;
        }
        let triggers: Vec<String> = thing
            .triggers
            .iter()
            .filter_map(|(other, by_input)| self.trigger(thing.place, *other, *by_input))
            .collect();
        writeln!(text, "    replace_triggered_by = [{}]\n  }}\n}}", triggers.join(", "))?;
        self.write_ephemeral(text, number, thing)?;
        if self.is_read(number, thing.place) {
            let (name, ids) = (thing.name(number), self.repetition_of(number).all(&thing.name(number), "id"));
            writeln!(text, "data \"test_tag\" \"{}{number}\" {{", thing.letter)?;
            writeln!(text, "  count = length({ids})\n  id = ({ids})[count.index]\n  depends_on = [{name}]\n}}")?;
        }
        Ok(())
    }

    fn write_session(&self, text: &mut String, number: usize, thing: &Thing) -> std::fmt::Result {
        match thing.session {
            None => Ok(()),
            Some(Session::Shared) => writeln!(text, "  session = {}", shared(thing.place)),
            Some(_) => writeln!(text, "  session = ephemeral.test_session.s{number}.token"),
        }
    }

    /// The session of a thing, if it has one of its own.
    fn write_ephemeral(&self, text: &mut String, number: usize, thing: &Thing) -> std::fmt::Result {
        let other = match thing.session {
            None | Some(Session::Shared) => return Ok(()),
            Some(Session::Own) => None,
            Some(Session::Behind(other)) => self.all((number, thing.place), other, Part::Id),
        };
        let ids = other.unwrap_or_else(|| "[]".into());
        writeln!(text, "ephemeral \"test_session\" \"s{number}\" {{\n  name = join(\",\", concat([\"s\"], {ids}))")?;
        writeln!(text, "  of = {}\n}}", shared(thing.place))
    }

    /// What is named as a trigger, if it is declared in the same module and there is any.
    fn trigger(&self, place: Place, other: usize, by_input: bool) -> Option<String> {
        let thing = self.things[other].as_ref().filter(|thing| thing.place == place)?;
        if !self.has_instances(other) {
            return None;
        }
        let single = self.repetition_of(other) == Repetition::Single;
        Some(thing.name(other) + if by_input && single { ".input" } else { "" })
    }

    /// The tags of all things of each number.
    fn outputs(&self) -> impl Iterator<Item = (usize, String)> {
        let root = self.things_in(Place::Root);
        let root = root.map(|(number, thing)| (number, self.repetition_of(number).all(&thing.name(number), "tag")));
        let called = self.things_in(Place::Module);
        let called = called.map(|(number, _)| {
            (number, format!("flatten({})", self.module.all("module.m", &format!("t{number}_tag"))))
        });
        root.chain(called)
    }

    /// Whether something in the same module takes what a data source says of a thing.
    fn is_read(&self, number: usize, place: Place) -> bool {
        let reads = |(other, part): &(usize, Part)| *other == number && matches!(part, Part::Read);
        self.things_in(place).any(|(_, thing)| thing.uses.iter().any(reads))
    }

    /// A list of an attribute of all instances of another thing, if that is declared. All instances of a module are
    /// there when all in it is.
    fn all(&self, (number, place): (usize, Place), other: usize, part: Part) -> Option<String> {
        let thing = self.things[other].as_ref()?;
        let attribute = part.attribute();
        if matches!(part, Part::Read) && place == thing.place {
            return Some(format!("data.test_tag.{}{other}[*].tag", thing.letter));
        }
        Some(match (place, thing.place) {
            (Place::Module, Place::Root) => format!("var.t{other}_{attribute}"),
            (Place::Root, Place::Module) if self.module != Repetition::Single && !self.module_is_before(number) => {
                return None;
            }
            (Place::Root, Place::Module) => {
                format!("flatten({})", self.module.all("module.m", &format!("t{other}_{attribute}")))
            }
            _ => self.repetition_of(other).all(&thing.name(other), attribute),
        })
    }

    /// What `depends_on` says of another thing, if it can.
    fn waited_for(&self, place: Place, other: usize, number: usize) -> Option<String> {
        let thing = self.things[other].as_ref()?;
        if place == thing.place {
            return Some(thing.name(other));
        }
        (place == Place::Root && self.module_is_before(number)).then(|| "module.m".to_owned())
    }

    fn module_is_before(&self, number: usize) -> bool {
        self.things_in(Place::Module).all(|(inner, _)| inner < number)
    }
}

impl Part {
    fn attribute(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Tag | Self::Read => "tag",
            Self::Input => "input",
        }
    }
}

/// The token of the session of the root module.
fn shared(place: Place) -> &'static str {
    match place {
        Place::Root => "ephemeral.test_session.shared.token",
        Place::Module => "var.shared",
    }
}

fn list(lists: &[String]) -> String {
    if lists.is_empty() { "[]".into() } else { lists.join(", ") }
}
