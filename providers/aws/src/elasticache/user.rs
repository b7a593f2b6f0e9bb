//! `aws_elasticache_user`.

use aws_sdk_elasticache::types::{AuthenticationMode, AuthenticationType, InputAuthenticationType, User as Remote};
use landform_provider_api::framework::Check;
use landform_values::{Type, Value};

use super::loads::Users;
use super::{settling, tagging};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::traces::named;

/// Somebody who may use caches.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_elasticache_user", conflicts("passwords", "passwords_wo"))]
#[model(needs("passwords_wo_version", "passwords_wo"))]
pub(super) struct User {
    /// What the user may do: `on ~app::* -@all +@read`.
    #[attr(required)]
    access_string: Attr<String>,
    /// ARN of the user.
    #[attr(computed)]
    arn: Attr<String>,
    /// `redis` or `valkey`.
    #[attr(required, same = case, check = engine())]
    engine: Attr<String>,
    /// Id of the user.
    #[attr(id)]
    id: Attr<String>,
    /// Whether the user needs no password.
    #[attr(optional, default = false)]
    no_password_required: Attr<bool>,
    /// Passwords, at most two.
    #[attr(optional, sensitive, check = each(length(16..=128)), check = at_most_two())]
    passwords: Attr<BTreeSet<String>>,
    /// A password that is kept nowhere.
    #[attr(optional, sensitive, write_only, check = length(16..=128))]
    passwords_wo: Attr<String>,
    /// A number that changes when `passwords_wo` does.
    #[attr(optional)]
    passwords_wo_version: Attr<i64>,
    /// Region of the user.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the user.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the user with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the user.
    #[attr(required, replace)]
    user_id: Attr<String>,
    /// Name of the user, by which clients log in.
    #[attr(required, replace)]
    user_name: Attr<String>,
    /// How the user is recognised.
    #[block(list, max = 1, computed)]
    authentication_mode: Vec<Authentication>,
    /// How long operations may take.
    #[timeouts(create = "5m", read = "5m", update = "5m", delete = "5m")]
    timeouts: Timeouts,
}

/// How a user is recognised.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Authentication {
    /// How many passwords there are.
    #[attr(computed)]
    password_count: Attr<i64>,
    /// Passwords, at most two.
    #[attr(optional, sensitive, check = at_most_two())]
    passwords: Attr<BTreeSet<String>>,
    /// `password`, `no-password-required` or `iam`.
    #[attr(required, name = "type", same = crate::elasticache::user::same_type, check = recognised())]
    kind: Attr<String>,
}

/// The service tells the one that needs no password by another name than it wants to hear.
pub(crate) fn same_type(a: &str, b: &str) -> bool {
    a.trim_end_matches("-required") == b.trim_end_matches("-required")
}

/// The engines that know of users, in any case of letters.
pub(super) fn engine() -> Check {
    Check::text(|text| match text.to_ascii_lowercase().as_str() {
        "redis" | "valkey" => Ok(()),
        _ => Err(format!("must be one of \"redis\", \"valkey\", not {text:?}")),
    })
}

fn recognised() -> Check {
    listed(InputAuthenticationType::values())
}

fn at_most_two() -> Check {
    Check::new(|value| match value.length() {
        Some(count) if count > 2 => Err(format!("may have at most two items, not {count}")),
        _ => Ok(()),
    })
}

impl Resource<Aws> for User {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let lost = LostAnswer::default();
        let request = cx
            .elasticache()
            .create_user()
            .access_string(self.access_string.as_str())
            .set_authentication_mode(self.authentication())
            .engine(self.engine.as_str())
            .set_no_password_required(self.no_password_required.get())
            .set_passwords(self.given_passwords())
            .set_tags(tagging::on_create(&self.tags_all))
            .user_id(self.user_id.as_str())
            .user_name(self.user_name.as_str());
        let created = request.customize().interceptor(lost.clone()).send().await;
        let created = lost.forgives("UserAlreadyExists", created)?;
        self.id = Attr::from(created.and_then(|it| it.user_id)).or(&self.user_id);
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|user| (&user.arn, &user.tags_all)));
        let read = async {
            let users = cx.load::<Users>(&batch.ids()).await?;
            let users = &users;
            let filled = batch.each(|user| async move {
                match users.get(user.id.as_str()) {
                    Some(remote) if remote.status() != Some("deleting") => user.filled(remote, cx).await.map(Some),
                    _ => Ok(None),
                }
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let nothing = cx.elasticache().modify_user().user_id(self.id.as_str());
        let engine = self.engine.get().filter(|engine| !engine.eq_ignore_ascii_case(prior.engine.as_str()));
        let access = self.access_string.get().filter(|_| self.access_string != prior.access_string);
        let passwordless = self.no_password_required.get();
        let passwordless = passwordless.filter(|it| *it != prior.no_password_required.is_true());
        let passwords = self.passwords != prior.passwords || self.passwords_wo_version != prior.passwords_wo_version;
        let request = nothing
            .clone()
            .set_access_string(access)
            .set_authentication_mode(self.authentication().filter(|_| self.is_recognised_otherwise(prior)))
            .set_engine(engine)
            .set_no_password_required(passwordless)
            .set_passwords(self.given_passwords().filter(|_| passwords));
        if request.as_input() != nothing.as_input() {
            request.send().await?;
            self.settle(cx).await?;
        }
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        let timeout = if self.arn.is_known() { self.timeouts.update() } else { self.timeouts.create() };
        settling::ready::<Users>(cx, self.id.as_str(), timeout).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let is_busy = |error: &Error| error.is(&["InvalidUserState"]);
        let delete = || async { Ok(cx.elasticache().delete_user().user_id(id).send().await?) };
        retry_while(self.timeouts.delete(), is_busy, delete).await?;
        settling::gone::<Users>(cx, id, self.timeouts.delete()).await
    }

    /// How many passwords there are, only the service tells once they change.
    fn plan(planning: &mut Planning<'_>) {
        let ways = ["authentication_mode", "no_password_required", "passwords", "passwords_wo_version"];
        if !ways.iter().any(|name| planning.changes(name)) {
            return;
        }
        let given = planning.config("authentication_mode").as_sequence().is_some_and(|modes| !modes.is_empty());
        let mode = planning.planned("authentication_mode").as_sequence().and_then(<[Value]>::first).cloned();
        match mode.filter(|_| given) {
            Some(mode) => {
                let mode = mode.with_attribute("password_count", Value::unknown(Type::Number));
                planning.set("authentication_mode", Value::list(mode.ty(), [mode]));
            }
            None => planning.set_unknown("authentication_mode"),
        }
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.user_id.as_str()))
    }
}

impl User {
    fn given_passwords(&self) -> Option<Vec<String>> {
        let given: Vec<String> = self.passwords.items().cloned().chain(self.passwords_wo.param()).collect();
        (!given.is_empty()).then_some(given)
    }

    fn authentication(&self) -> Option<AuthenticationMode> {
        let mode = self.authentication_mode.first().filter(|it| it.kind.is_known())?;
        let passwords: Vec<String> = mode.passwords.items().cloned().collect();
        let builder = AuthenticationMode::builder().r#type(InputAuthenticationType::from(mode.kind.as_str()));
        Some(builder.set_passwords((!passwords.is_empty()).then_some(passwords)).build())
    }

    fn is_recognised_otherwise(&self, prior: &Self) -> bool {
        let (now, before) = (self.authentication_mode.first(), prior.authentication_mode.first());
        now.zip(before).is_none_or(|(now, before)| {
            !same_type(now.kind.as_str(), before.kind.as_str()) || !now.passwords.items().eq(before.passwords.items())
        })
    }

    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        let arn = remote.arn().unwrap_or_default();
        // Users that change tell nothing of their tags.
        if remote.status() == Some("active") || !self.tags_all.is_known() {
            self.tags_all = Attr::Known(cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn)).await?);
        }
        self.access_string = remote.access_string().into();
        self.arn = arn.into();
        self.engine = remote.engine().into();
        self.user_id = remote.user_id().into();
        self.user_name = remote.user_name().into();
        let passwords = self.authentication_mode.first().map(|it| it.passwords.clone()).unwrap_or_default();
        self.authentication_mode = remote.authentication().map_or_else(Vec::new, |told| {
            let kind = told.r#type().map(AuthenticationType::as_str).into();
            vec![Authentication { password_count: told.password_count().into(), passwords, kind }]
        });
        Ok(self)
    }
}
