//! Candidates for what a run has made without having lived to hear of it.

use landform_provider_api::framework::{Model, Traces};

/// The planned object under each of these ids.
pub(crate) fn under<M: Model>(planned: &M, ids: impl IntoIterator<Item = String>) -> Vec<M> {
    let under = |id: String| {
        let mut model = planned.clone();
        model.set_id(&id);
        model
    };
    ids.into_iter().map(under).collect()
}

/// The one object with this id.
pub(crate) fn named<M: Model>(planned: &M, id: impl Into<String>) -> Traces<M> {
    Traces::Only(under(planned, [id.into()]))
}
