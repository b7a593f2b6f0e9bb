//! What people are told of a connection before it is made: everything but the secrets.

use super::settings::{Endpoint, Settings};

/// The texts, each of which is hidden or shown as a whole. `agent` says whether the agent is asked for keys.
pub(super) fn texts(settings: &Settings, agent: bool) -> Vec<String> {
    let Endpoint { host, user, .. } = &settings.target;
    let mut texts = vec![format!(
        "Connecting to remote host via SSH...\n  Host: {host}\n  User: {user}\n{}\n  Target Platform: {}",
        means(&settings.target, agent),
        settings.platform.name()
    )];
    texts.extend(settings.bastion.as_ref().map(|bastion| {
        let Endpoint { host, user, .. } = bastion;
        format!("Using configured bastion host...\n  Host: {host}\n  User: {user}\n{}", means(bastion, agent))
    }));
    texts.extend(settings.proxy.as_ref().map(|proxy| {
        format!(
            "Using configured proxy host...\n  ProxyHost: {}\n  ProxyPort: {}\n  ProxyUserName: {}\n  \
             ProxyUserPassword: {}",
            proxy.host,
            proxy.port,
            proxy.user,
            !proxy.password.is_empty()
        )
    }));
    texts
}

fn means(endpoint: &Endpoint, agent: bool) -> String {
    format!(
        "  Password: {}\n  Private key: {}\n  Certificate: {}\n  SSH Agent: {agent}\n  Checking Host Key: {}",
        !endpoint.password.is_empty(),
        !endpoint.private_key.is_empty(),
        !endpoint.certificate.is_empty(),
        !endpoint.host_key.is_empty()
    )
}
