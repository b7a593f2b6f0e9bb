//! Credentials that are fetched once to see whether there are any, and not fetched again for their first use.

use std::sync::Mutex;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

/// A provider whose first credentials are there already.
#[derive(Debug)]
pub(super) struct HandedOut<P> {
    provider: P,
    first: Mutex<Option<Credentials>>,
}

impl<P: ProvideCredentials + 'static> HandedOut<P> {
    /// Fetches the first credentials.
    ///
    /// # Errors
    /// Why there are none.
    pub(super) async fn first(provider: P) -> Result<SharedCredentialsProvider, CredentialsError> {
        let first = Mutex::new(Some(provider.provide_credentials().await?));
        Ok(SharedCredentialsProvider::new(Self { provider, first }))
    }
}

impl<P: ProvideCredentials> ProvideCredentials for HandedOut<P> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first.lock().expect("nobody panics while taking credentials").take() {
            Some(credentials) => future::ProvideCredentials::ready(Ok(credentials)),
            None => self.provider.provide_credentials(),
        }
    }
}
