//! Reading the attributes of a struct and its fields.

use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Expr, Fields, Ident, LitInt, LitStr, Result, Token, Type};

/// A struct with the derive.
pub(crate) struct Struct {
    pub(crate) ident: Ident,
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<LitInt>,
    pub(crate) identity: Option<LitStr>,
    pub(crate) strict: bool,
    pub(crate) deprecated: Option<LitStr>,
    pub(crate) description: String,
    pub(crate) groups: Vec<(&'static str, Vec<LitStr>)>,
    pub(crate) fields: Vec<Field>,
}

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: FieldKind,
}

/// What a field is.
pub(crate) enum FieldKind {
    Attribute(Box<AttributeOptions>),
    Block(BlockOptions),
    Timeouts([Option<LitStr>; 4]),
    /// No part of the schema: what the service will do later.
    Pending,
}

#[derive(Default)]
pub(crate) struct AttributeOptions {
    pub(crate) role: Option<&'static str>,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) replace: bool,
    pub(crate) replace_if: Option<Expr>,
    pub(crate) after_update: Option<Vec<LitStr>>,
    pub(crate) default: Option<Expr>,
    pub(crate) same: Option<Expr>,
    pub(crate) normal: Option<Expr>,
    pub(crate) checks: Vec<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) deprecated: Option<LitStr>,
}

#[derive(Default)]
pub(crate) struct BlockOptions {
    pub(crate) nesting: Option<&'static str>,
    pub(crate) min: Option<LitInt>,
    pub(crate) max: Option<LitInt>,
    pub(crate) computed: bool,
    pub(crate) kept: bool,
    pub(crate) replace: bool,
    pub(crate) name: Option<LitStr>,
    pub(crate) deprecated: Option<LitStr>,
}

fn strings(meta: &ParseNestedMeta<'_>) -> Result<Vec<LitStr>> {
    let content;
    syn::parenthesized!(content in meta.input);
    Ok(content.parse_terminated(<LitStr as syn::parse::Parse>::parse, Token![,])?.into_iter().collect())
}

fn description(attributes: &[syn::Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            lines.push(text.value().trim().to_owned());
        }
    }
    let paragraphs: Vec<String> =
        lines.split(String::is_empty).map(|paragraph| paragraph.join(" ")).filter(|it| !it.is_empty()).collect();
    paragraphs.join("\n\n")
}

impl Struct {
    pub(crate) fn parse(input: &DeriveInput) -> Result<Self> {
        let Data::Struct(data) = &input.data else { return Err(Error::new(input.span(), "Model wants a struct")) };
        let Fields::Named(fields) = &data.fields else {
            return Err(Error::new(input.span(), "Model wants a struct with named fields"));
        };
        let mut model = Self {
            ident: input.ident.clone(),
            name: None,
            version: None,
            identity: None,
            strict: false,
            deprecated: None,
            description: description(&input.attrs),
            groups: Vec::new(),
            fields: fields.named.iter().map(Field::parse).collect::<Result<_>>()?,
        };
        for attribute in input.attrs.iter().filter(|it| it.path().is_ident("model")) {
            attribute.parse_nested_meta(|meta| model.option(&meta))?;
        }
        Ok(model)
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let Some(option) = meta.path.get_ident().map(Ident::to_string) else {
            return Err(meta.error("unknown option"));
        };
        match option.as_str() {
            "name" => self.name = Some(meta.value()?.parse()?),
            "version" => self.version = Some(meta.value()?.parse()?),
            "identity" => self.identity = Some(meta.value()?.parse()?),
            "strict" => self.strict = true,
            "deprecated" => self.deprecated = Some(meta.value()?.parse()?),
            "conflicts" => self.groups.push(("Conflicts", strings(meta)?)),
            "exactly_one" => self.groups.push(("ExactlyOne", strings(meta)?)),
            "at_least_one" => self.groups.push(("AtLeastOne", strings(meta)?)),
            "together" => self.groups.push(("Together", strings(meta)?)),
            "needs" => self.groups.push(("FirstNeedsOthers", strings(meta)?)),
            _ => return Err(meta.error("unknown option of a model")),
        }
        Ok(())
    }
}

impl Field {
    fn parse(field: &syn::Field) -> Result<Self> {
        let ident = field.ident.clone().ok_or_else(|| Error::new(field.span(), "a field needs a name"))?;
        let mut kind = None;
        for attribute in &field.attrs {
            let ours = ["attr", "block", "timeouts", "pending"].iter().any(|name| attribute.path().is_ident(name));
            if ours && kind.is_some() {
                return Err(Error::new(attribute.span(), "all options of a field go into one attribute"));
            }
            if attribute.path().is_ident("attr") {
                let mut options = AttributeOptions::default();
                attribute.parse_nested_meta(|meta| options.option(&meta))?;
                options.fill_role();
                options.check(&ident)?;
                kind = Some(FieldKind::Attribute(Box::new(options)));
            } else if attribute.path().is_ident("block") {
                let mut options = BlockOptions::default();
                attribute.parse_nested_meta(|meta| options.option(&meta))?;
                kind = Some(FieldKind::Block(options));
            } else if attribute.path().is_ident("timeouts") {
                kind = Some(FieldKind::Timeouts(timeouts(attribute)?));
            } else if attribute.path().is_ident("pending") {
                kind = Some(FieldKind::Pending);
            }
        }
        let wanted = "a field of a model needs #[attr(…)], #[block(…)], #[timeouts(…)] or #[pending]";
        let kind = kind.ok_or_else(|| Error::new(field.span(), wanted))?;
        let own_name = ident.to_string().trim_start_matches("r#").to_owned();
        let given = match &kind {
            FieldKind::Attribute(options) => options.name.as_ref(),
            FieldKind::Block(options) => options.name.as_ref(),
            FieldKind::Timeouts(_) | FieldKind::Pending => None,
        };
        let name = given.map_or(own_name, LitStr::value);
        Ok(Self { ident, ty: field.ty.clone(), name, description: description(&field.attrs), kind })
    }
}

fn timeouts(attribute: &syn::Attribute) -> Result<[Option<LitStr>; 4]> {
    let mut defaults = [const { None }; 4];
    attribute.parse_nested_meta(|meta| {
        let names = ["create", "read", "update", "delete"];
        let index = names.iter().position(|name| meta.path.is_ident(name));
        let index = index.ok_or_else(|| meta.error("one of create, read, update, delete"))?;
        defaults[index] = Some(meta.value()?.parse()?);
        Ok(())
    })?;
    Ok(defaults)
}

impl AttributeOptions {
    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let Some(option) = meta.path.get_ident().map(Ident::to_string) else {
            return Err(meta.error("unknown option"));
        };
        match option.as_str() {
            "required" => self.required = true,
            "optional" => self.optional = true,
            "computed" => self.computed = true,
            "sensitive" => self.sensitive = true,
            "write_only" => self.write_only = true,
            "replace" => self.replace = true,
            "replace_if" => self.replace_if = Some(meta.value()?.parse()?),
            "after_update" => {
                let names = if meta.input.peek(syn::token::Paren) { strings(meta)? } else { Vec::new() };
                self.after_update = Some(names);
            }
            "default" => self.default = Some(meta.value()?.parse()?),
            "same" => self.same = Some(meta.value()?.parse()?),
            "normal" => self.normal = Some(meta.value()?.parse()?),
            "check" => self.checks.push(meta.value()?.parse()?),
            "name" => self.name = Some(meta.value()?.parse()?),
            "deprecated" => self.deprecated = Some(meta.value()?.parse()?),
            "id" => self.role = Some("Id"),
            "region" => self.role = Some("Region"),
            "tags" => self.role = Some("Tags"),
            "tags_all" => self.role = Some("TagsAll"),
            _ => return Err(meta.error("unknown option of an attribute")),
        }
        Ok(())
    }

    /// The usual flags of the usual attributes.
    fn fill_role(&mut self) {
        if self.required || self.optional || self.computed {
            return;
        }
        let Some(role) = self.role else { return };
        self.optional = true;
        self.computed = role != "Tags";
        self.replace |= role == "Region";
    }

    fn check(&self, ident: &Ident) -> Result<()> {
        let problem = if !(self.required || self.optional || self.computed) {
            "an attribute is required, optional or computed"
        } else if self.required && (self.optional || self.computed) {
            "a required attribute can not be optional or computed"
        } else if self.default.is_some() && !self.optional {
            "only an optional attribute can have a default"
        } else {
            return Ok(());
        };
        Err(Error::new(ident.span(), problem))
    }
}

impl BlockOptions {
    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let Some(option) = meta.path.get_ident().map(Ident::to_string) else {
            return Err(meta.error("unknown option"));
        };
        match option.as_str() {
            "list" => self.nesting = Some("List"),
            "set" => self.nesting = Some("Set"),
            "single" => self.nesting = Some("Single"),
            "min" => self.min = Some(meta.value()?.parse()?),
            "max" => self.max = Some(meta.value()?.parse()?),
            "computed" => self.computed = true,
            "kept" => self.kept = true,
            "replace" => self.replace = true,
            "name" => self.name = Some(meta.value()?.parse()?),
            "deprecated" => self.deprecated = Some(meta.value()?.parse()?),
            _ => return Err(meta.error("unknown option of a block")),
        }
        Ok(())
    }
}
