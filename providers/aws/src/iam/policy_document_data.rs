//! `data.aws_iam_policy_document`. It asks nobody.

use serde_json::Value as Json;

use super::policy_document::{Condition, Document, Principal, Statement, Texts};
use super::policy_document_order as order;
use crate::core::prelude::*;

/// The version of the policy language without variables.
const WITHOUT_VARIABLES: &str = "2008-10-17";

/// A policy document written as blocks.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_iam_policy_document")]
pub(super) struct PolicyDocument {
    /// Checksum of the document.
    #[attr(id)]
    id: Attr<String>,
    /// The document.
    #[attr(computed)]
    json: Attr<String>,
    /// The document without white space.
    #[attr(computed)]
    minified_json: Attr<String>,
    /// Not used.
    #[attr(optional, check = length(0..=0), deprecated = "Not used")]
    override_json: Attr<String>,
    /// Documents whose statements replace those with the same sid.
    #[attr(optional, check = each(json()))]
    override_policy_documents: Attr<Vec<String>>,
    /// Id of the document.
    #[attr(optional)]
    policy_id: Attr<String>,
    /// Not used.
    #[attr(optional, check = length(0..=0), deprecated = "Not used")]
    source_json: Attr<String>,
    /// Documents to start from.
    #[attr(optional, check = each(json()))]
    source_policy_documents: Attr<Vec<String>>,
    /// Version of the policy language.
    #[attr(optional, default = "2012-10-17", check = one_of(["2008-10-17", "2012-10-17"]))]
    version: Attr<String>,
    /// A statement.
    #[block(list)]
    statement: Vec<StatementBlock>,
}

/// A statement.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct StatementBlock {
    /// What it is about.
    #[attr(optional)]
    actions: Attr<BTreeSet<String>>,
    /// Whether it allows or denies.
    #[attr(optional, default = "Allow", check = one_of(["Allow", "Deny"]))]
    effect: Attr<String>,
    /// What it is not about.
    #[attr(optional)]
    not_actions: Attr<BTreeSet<String>>,
    /// What it does not apply to.
    #[attr(optional)]
    not_resources: Attr<BTreeSet<String>>,
    /// What it applies to.
    #[attr(optional)]
    resources: Attr<BTreeSet<String>>,
    /// Id of the statement.
    #[attr(optional)]
    sid: Attr<String>,
    /// When it holds.
    #[block(set)]
    condition: Vec<ConditionBlock>,
    /// Who it is not about.
    #[block(set)]
    not_principals: Vec<PrincipalsBlock>,
    /// Who it is about.
    #[block(set)]
    principals: Vec<PrincipalsBlock>,
}

/// When a statement holds.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct ConditionBlock {
    /// The operator: `StringEquals`.
    #[attr(required)]
    test: Attr<String>,
    /// What to compare with.
    #[attr(required)]
    values: Attr<Vec<String>>,
    /// The key: `aws:SourceAccount`.
    #[attr(required)]
    variable: Attr<String>,
}

/// Who a statement is about.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct PrincipalsBlock {
    /// ARNs, accounts, services, …
    #[attr(required)]
    identifiers: Attr<BTreeSet<String>>,
    /// What the identifiers are: `AWS`, `Service`, `Federated`, …
    #[attr(required, name = "type")]
    kind: Attr<String>,
}

impl DataSource<Aws> for PolicyDocument {
    async fn read(mut self, _cx: &Aws) -> Result<Self> {
        let version = self.version.text().unwrap_or("2012-10-17").to_owned();
        self.version = version.into();
        for statement in &mut self.statement {
            statement.effect = statement.effect.text().unwrap_or("Allow").into();
        }
        let document = self.document().map_err(|problem| Error::new("Invalid policy document", problem))?;
        let text = document.pretty();
        self.id = crc32fast::hash(text.as_bytes()).to_string().into();
        self.json = text.into();
        self.minified_json = document.minified().into();
        Ok(self)
    }
}

impl PolicyDocument {
    /// The source documents, then the statements here, then the overriding documents.
    fn document(&self) -> Result<Document, String> {
        let mut merged = Document::default();
        for (index, text) in self.source_policy_documents.items().enumerate() {
            let source = Document::parse(text).map_err(|it| format!("source_policy_documents[{index}]: {it}"))?;
            let known = merged.statements.iter();
            if let Some(sid) = repeated(known.chain(&source.statements)) {
                let unique = "Leave it out or make it unique.";
                return Err(format!("source_policy_documents[{index}]: sid {sid:?} is used twice. {unique}"));
            }
            merged.merge(source);
        }
        merged.merge(self.own()?);
        for (index, text) in self.override_policy_documents.items().enumerate() {
            let source = Document::parse(text).map_err(|it| format!("override_policy_documents[{index}]: {it}"))?;
            merged.merge(source);
        }
        Ok(merged)
    }

    fn own(&self) -> Result<Document, String> {
        let version = self.version.as_str();
        let statements = self.statement.iter().map(|it| it.statement(version)).collect::<Result<Vec<_>, _>>()?;
        if let Some(sid) = repeated(statements.iter()) {
            return Err(format!("sid {sid:?} is used twice. Leave it out or make it unique."));
        }
        Ok(Document { version: version.to_owned(), id: self.policy_id.as_str().to_owned(), statements })
    }
}

/// A sid that more than one statement has.
fn repeated<'a>(statements: impl Iterator<Item = &'a Statement>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    let mut sids = statements.map(|it| it.sid.as_str()).filter(|sid| !sid.is_empty());
    sids.find(|sid| !seen.insert(*sid))
}

impl StatementBlock {
    fn statement(&self, version: &str) -> Result<Statement, String> {
        Ok(Statement {
            sid: self.sid.as_str().to_owned(),
            effect: self.effect.as_str().to_owned(),
            actions: list(&self.actions, str::to_owned),
            not_actions: list(&self.not_actions, str::to_owned),
            resources: with_variables(&self.resources, version)?,
            not_resources: with_variables(&self.not_resources, version)?,
            principals: principals(&self.principals, version)?,
            not_principals: principals(&self.not_principals, version)?,
            conditions: conditions(&self.condition, version)?,
        })
    }
}

fn list(items: &Attr<BTreeSet<String>>, text: impl Fn(&str) -> String) -> Option<Json> {
    let texts: Vec<String> = items.items().map(|it| it.to_owned()).collect();
    if texts.is_empty() {
        return None;
    }
    // Sorted as given: `&{` sorts otherwise than what it stands for.
    Some(match Texts::of(texts) {
        Texts::One(one) => text(&one).into(),
        Texts::Many(many) => many.iter().map(|it| text(it)).collect::<Vec<_>>().into(),
    })
}

fn with_variables(items: &Attr<BTreeSet<String>>, version: &str) -> Result<Option<Json>, String> {
    items.items().try_for_each(|item| can_have_variables(item, version))?;
    Ok(list(items, variables))
}

/// `&{aws:username}` is written for `${aws:username}`, which would be an interpolation.
fn variables(text: &str) -> String {
    text.replace("&{", "${")
}

fn can_have_variables(text: &str, version: &str) -> Result<(), String> {
    if version == WITHOUT_VARIABLES && text.contains("&{") {
        return Err(format!(
            "{text:?} has a variable, which version {WITHOUT_VARIABLES} of the language does not know."
        ));
    }
    Ok(())
}

fn principals(blocks: &[PrincipalsBlock], version: &str) -> Result<Vec<Principal>, String> {
    let mut principals = Vec::new();
    for block in blocks {
        block.identifiers.items().try_for_each(|item| can_have_variables(item, version))?;
        let identifiers = Texts::of(block.identifiers.items().cloned().collect());
        principals.push(Principal { kind: block.kind.as_str().to_owned(), identifiers });
    }
    order::principals(&mut principals);
    for principal in &mut principals {
        match &mut principal.identifiers {
            Texts::One(text) => *text = variables(text),
            Texts::Many(texts) => texts.iter_mut().for_each(|text| *text = variables(text)),
        }
    }
    Ok(principals)
}

fn conditions(blocks: &[ConditionBlock], version: &str) -> Result<Vec<Condition>, String> {
    let mut conditions = Vec::new();
    for block in blocks {
        block.values.items().try_for_each(|item| can_have_variables(item, version))?;
        let values = block.values.items().cloned().collect();
        let (test, variable) = (block.test.as_str().to_owned(), block.variable.as_str().to_owned());
        conditions.push(Condition { test, variable, values });
    }
    order::conditions(&mut conditions);
    for condition in &mut conditions {
        condition.values.iter_mut().for_each(|value| *value = variables(value));
    }
    Ok(conditions)
}
