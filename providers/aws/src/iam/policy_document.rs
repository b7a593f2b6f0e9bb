//! Policy documents as `aws_iam_policy_document` merges and writes them. The text is the public provider's to the byte:
//! policies that were made with it must not change.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Document {
    pub(super) version: String,
    pub(super) id: String,
    pub(super) statements: Vec<Statement>,
}

/// A statement. Actions and resources are one text, or a list of them, in the order to write.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Statement {
    pub(super) sid: String,
    pub(super) effect: String,
    pub(super) actions: Option<Json>,
    pub(super) not_actions: Option<Json>,
    pub(super) resources: Option<Json>,
    pub(super) not_resources: Option<Json>,
    pub(super) principals: Vec<Principal>,
    pub(super) not_principals: Vec<Principal>,
    pub(super) conditions: Vec<Condition>,
}

/// Who a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Principal {
    /// `AWS`, `Service`, `Federated`, `*`, …
    pub(super) kind: String,
    pub(super) identifiers: Texts,
}

/// When a statement holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) test: String,
    pub(super) variable: String,
    pub(super) values: Vec<String>,
}

/// One text that is written as such, or a list, perhaps of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    /// A single text as such, more as a list in descending order.
    pub(super) fn of(mut texts: Vec<String>) -> Self {
        if texts.len() == 1 {
            return Self::One(texts.remove(0));
        }
        texts.sort_unstable_by(|a, b| b.cmp(a));
        Self::Many(texts)
    }

    pub(super) fn json(self) -> Json {
        match self {
            Self::One(text) => text.into(),
            Self::Many(texts) => texts.into(),
        }
    }

    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

impl Document {
    /// Reads a document. What policies do not have is left out.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let Json::Object(items) = json else { return Err("a policy document is a JSON object".into()) };
        let statements = match field(&items, "Statement") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(statements)) => statements.iter().map(Statement::parse).collect::<Result<_, _>>()?,
            Some(single) => vec![Statement::parse(single)?],
        };
        Ok(Self { version: text_of(&items, "Version")?, id: text_of(&items, "Id")?, statements })
    }

    /// Takes in another document, whose statements replace those with the same sid.
    pub(super) fn merge(&mut self, other: Self) {
        if !other.id.is_empty() {
            self.id = other.id;
        }
        if other.version > self.version {
            self.version = other.version;
        }
        for statement in other.statements {
            let same = self.statements.iter_mut().find(|it| !it.sid.is_empty() && it.sid == statement.sid);
            match same {
                Some(same) => *same = statement,
                None => self.statements.push(statement),
            }
        }
    }

    /// With two spaces a level.
    pub(super) fn pretty(&self) -> String {
        escaped(&format!("{:#}", self.json()))
    }

    /// Without white space.
    pub(super) fn minified(&self) -> String {
        escaped(&self.json().to_string())
    }

    fn json(&self) -> Json {
        let mut items = Map::new();
        put_text(&mut items, "Version", &self.version);
        put_text(&mut items, "Id", &self.id);
        if !self.statements.is_empty() {
            items.insert("Statement".into(), self.statements.iter().map(Statement::json).collect());
        }
        Json::Object(items)
    }
}

/// Go's encoder escapes these wherever they stand, which in JSON is only within texts.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            other => text.push(other),
        }
    }
    text
}

impl Statement {
    fn parse(json: &Json) -> Result<Self, String> {
        let Json::Object(items) = json else { return Err("a statement is a JSON object".into()) };
        let given = |name: &str| field(items, name).filter(|it| !it.is_null()).cloned();
        Ok(Self {
            sid: text_of(items, "Sid")?,
            effect: text_of(items, "Effect")?,
            actions: given("Action"),
            not_actions: given("NotAction"),
            resources: given("Resource"),
            not_resources: given("NotResource"),
            principals: given("Principal").map(|it| principals_of(&it)).transpose()?.unwrap_or_default(),
            not_principals: given("NotPrincipal").map(|it| principals_of(&it)).transpose()?.unwrap_or_default(),
            conditions: given("Condition").map(|it| conditions_of(&it)).transpose()?.unwrap_or_default(),
        })
    }

    fn json(&self) -> Json {
        let mut items = Map::new();
        put_text(&mut items, "Sid", &self.sid);
        put_text(&mut items, "Effect", &self.effect);
        let lists = [
            ("Action", &self.actions),
            ("NotAction", &self.not_actions),
            ("Resource", &self.resources),
            ("NotResource", &self.not_resources),
        ];
        for (name, list) in lists {
            if let Some(list) = list {
                items.insert(name.into(), list.clone());
            }
        }
        for (name, principals) in [("Principal", &self.principals), ("NotPrincipal", &self.not_principals)] {
            if !principals.is_empty() {
                items.insert(name.into(), principals_json(principals));
            }
        }
        if !self.conditions.is_empty() {
            items.insert("Condition".into(), conditions_json(&self.conditions));
        }
        Json::Object(items)
    }
}

fn put_text(items: &mut Map<String, Json>, name: &str, text: &str) {
    if !text.is_empty() {
        items.insert(name.into(), text.into());
    }
}

/// A field by name, else by name whatever its case: policies written by hand are read so.
fn field<'a>(items: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    items.get(name).or_else(|| items.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, item)| item))
}

fn text_of(items: &Map<String, Json>, name: &str) -> Result<String, String> {
    match field(items, name) {
        None | Some(Json::Null) => Ok(String::new()),
        Some(Json::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("{name} is a text")),
    }
}

fn principals_of(json: &Json) -> Result<Vec<Principal>, String> {
    let kinds = match json {
        Json::String(_) => return Ok(vec![Principal { kind: "*".into(), identifiers: Texts::Many(vec!["*".into()]) }]),
        Json::Object(kinds) => kinds,
        _ => return Err("Principal is \"*\" or a JSON object".into()),
    };
    let principal = |(kind, identifiers): (&String, &Json)| {
        let identifiers = match identifiers {
            Json::String(text) => Texts::One(text.clone()),
            Json::Array(items) => Texts::Many(items.iter().map(plain_text).collect::<Result<_, _>>()?),
            _ => return Err(format!("Principal.{kind} is a text or a list of texts")),
        };
        Ok(Principal { kind: kind.clone(), identifiers })
    };
    kinds.iter().map(principal).collect()
}

fn conditions_of(json: &Json) -> Result<Vec<Condition>, String> {
    let Json::Object(tests) = json else { return Err("Condition is a JSON object".into()) };
    let mut conditions = Vec::new();
    for (test, variables) in tests {
        let Json::Object(variables) = variables else { return Err(format!("Condition.{test} is a JSON object")) };
        for (variable, values) in variables {
            let values = match values {
                Json::Array(items) => items.iter().map(plain_text).collect::<Result<_, _>>()?,
                single => vec![plain_text(single)?],
            };
            conditions.push(Condition { test: test.clone(), variable: variable.clone(), values });
        }
    }
    Ok(conditions)
}

/// Policies hold texts; truth values and numbers stand for their text.
fn plain_text(json: &Json) -> Result<String, String> {
    match json {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(_) | Json::Number(_) => Ok(json.to_string()),
        _ => Err(format!("{json} stands where a text is wanted")),
    }
}

/// One entry a kind, in order of their names. Only "anybody" is not written by kind: IAM takes `{"AWS": "*"}` and `"*"`
/// for different things.
fn principals_json(principals: &[Principal]) -> Json {
    if let [Principal { kind, identifiers }] = principals
        && kind == "*"
        && matches!(identifiers.clone().into_vec().as_slice(), [only] if only == "*")
    {
        return "*".into();
    }
    let mut kinds: BTreeMap<&str, Texts> = BTreeMap::new();
    for principal in principals {
        let before = kinds.remove(principal.kind.as_str());
        let merged = match (before, principal.identifiers.clone()) {
            (None, Texts::One(text)) => Texts::One(text),
            (before, Texts::One(text)) => {
                let mut texts = before.map(Texts::into_vec).unwrap_or_default();
                texts.push(text);
                Texts::Many(texts)
            }
            (before, Texts::Many(mut more)) => {
                more.sort_unstable_by(|a, b| b.cmp(a));
                let mut texts = before.map(Texts::into_vec).unwrap_or_default();
                texts.extend(more);
                Texts::Many(texts)
            }
        };
        kinds.insert(&principal.kind, merged);
    }
    Json::Object(kinds.into_iter().map(|(kind, texts)| (kind.to_owned(), texts.json())).collect())
}

/// By test, then by variable, each in order of their names. The order of values is kept.
fn conditions_json(conditions: &[Condition]) -> Json {
    let mut tests: BTreeMap<&str, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for condition in conditions {
        let variables = tests.entry(&condition.test).or_default();
        variables.entry(&condition.variable).or_default().extend(condition.values.iter().cloned());
    }
    let values = |mut values: Vec<String>| if values.len() == 1 { values.remove(0).into() } else { Json::from(values) };
    let variables = |it: BTreeMap<&str, Vec<String>>| -> Json {
        Json::Object(it.into_iter().map(|(variable, texts)| (variable.to_owned(), values(texts))).collect())
    };
    Json::Object(tests.into_iter().map(|(test, it)| (test.to_owned(), variables(it))).collect())
}
