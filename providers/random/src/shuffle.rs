//! `random_shuffle`.

use crate::checks::{refuse, size};
use crate::context::{no_import, prelude::*};
use crate::items::Items;
use crate::seeded::Seeded;
use crate::source;

/// Every object has the same id.
const NO_ID: &str = "-";

/// A random permutation of a list.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "random_shuffle", version = 0, strict)]
pub(crate) struct Shuffle {
    /// Always `-`.
    #[attr(id, computed)]
    id: Attr<String>,
    /// The list to shuffle.
    #[attr(required, replace)]
    input: Attr<Items>,
    /// Values that, when they change, have the object made afresh.
    #[attr(optional, replace_if = keepers::replace)]
    keepers: Attr<Keepers>,
    /// The shuffled list.
    #[attr(computed)]
    result: Attr<Items>,
    /// How many items to give: by default as many as there are. If fewer, some are left out; if more, another
    /// permutation follows.
    #[attr(optional, replace)]
    result_count: Attr<i64>,
    /// Text that the permutation follows from: the same text and list always give the same permutation.
    #[attr(optional, replace)]
    seed: Attr<String>,
}

impl Shuffle {
    fn generate(&self) -> Result<Items> {
        let input = self.input.known().map(|input| input.0.as_slice()).unwrap_or_default();
        let count = match self.result_count.get() {
            Some(count) => usize::try_from(count).unwrap_or_default(),
            None => input.len(),
        };
        let mut result = Vec::new();
        let mut seeded = self.seed.text().map(Seeded::of);
        while result.len() < count && !input.is_empty() {
            let order = permutation(seeded.as_mut(), input.len())?;
            result.extend(order.into_iter().map(|index| input[index].clone()));
        }
        result.truncate(count);
        Ok(Items(result))
    }
}

fn permutation(seeded: Option<&mut Seeded>, count: usize) -> Result<Vec<usize>> {
    if let Some(seeded) = seeded {
        return Ok(seeded.permutation(count));
    }
    let mut order: Vec<usize> = (0..count).collect();
    source::shuffle(&mut order)?;
    Ok(order)
}

impl Resource<Context> for Shuffle {
    async fn create(&mut self, _cx: &Context) -> Result<()> {
        refuse(self.validate())?;
        self.result = self.generate()?.into();
        self.id = NO_ID.into();
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
        size("result_count", &self.result_count, 0).into_iter().collect()
    }
}
