//! `random_pet`.

use petname::Petnames;

use crate::checks::{refuse, size};
use crate::context::{no_import, prelude::*};
use crate::source;

/// A name of random words that people can tell apart.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "random_pet", version = 0, strict)]
pub(crate) struct Pet {
    /// The name.
    #[attr(id, computed)]
    id: Attr<String>,
    /// Values that, when they change, have the object made afresh.
    #[attr(optional, replace_if = keepers::replace)]
    keepers: Attr<Keepers>,
    /// How many words. Default `2`.
    #[attr(optional, computed, replace, default = 2)]
    length: Attr<i64>,
    /// Text to begin the name with, as a word of its own.
    #[attr(optional, replace)]
    prefix: Attr<String>,
    /// Text between words. Default `-`.
    #[attr(optional, computed, replace, default = "-")]
    separator: Attr<String>,
}

impl Pet {
    /// A noun; before it an adjective if there are two words; before that adverbs. With no word at all asked for the
    /// public provider gives two.
    fn words(&self) -> Result<Vec<String>> {
        let names = Petnames::medium();
        let length = self.length.get().unwrap_or(2);
        let mut words: Vec<String> = self.prefix.text().map(str::to_owned).into_iter().collect();
        let mut add = |list: &[&str]| -> Result<()> {
            words.extend(source::pick(list)?.map(str::to_lowercase));
            Ok(())
        };
        for _ in 2..length {
            add(&names.adverbs)?;
        }
        if length != 1 {
            add(&names.adjectives)?;
        }
        add(&names.nouns)?;
        Ok(words)
    }
}

impl Resource<Context> for Pet {
    async fn create(&mut self, _cx: &Context) -> Result<()> {
        refuse(self.validate())?;
        self.id = self.words()?.join(self.separator.as_str()).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Context) -> Result<Found<Self>> {
        Ok(batch.found(Some))
    }

    async fn delete(&self, _cx: &Context) -> Result<()> {
        Ok(())
    }

    fn import(_id: &str) -> Result<Self, String> {
        Err(String::new())
    }

    fn import_error(_id: &str, _wanted: &str) -> Diagnostic {
        no_import()
    }

    fn validate(&self) -> Diagnostics {
        size("length", &self.length, i64::MIN).into_iter().collect()
    }
}
