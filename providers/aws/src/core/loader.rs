//! Reads in bulk: questions about single objects that arrive together become one call.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, Shared};
use futures::{FutureExt as _, StreamExt as _};

use super::{Aws, Result};

/// A call that answers for many keys at once.
pub(crate) trait Fetch: Send + Sync + 'static {
    /// What is known of one key.
    type Item: Send + Sync + 'static;

    /// How many keys one call takes. 200 is EC2's limit for the values of a filter.
    const CHUNK: usize = 200;

    /// Asks. Keys that do not exist are left out of the answer, which is no error.
    fn fetch(cx: &Aws, keys: Vec<String>) -> impl Future<Output = Result<Vec<(String, Self::Item)>>> + Send;
}

/// Answers by key.
pub(crate) struct Loaded<T>(BTreeMap<String, Arc<T>>);

impl<T> Loaded<T> {
    /// What is known of a key; `None` when it does not exist.
    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.0.get(key).map(Arc::as_ref)
    }
}

/// How questions are gathered: for one bulk read of all objects, or over the time of an apply.
pub(crate) struct Session {
    /// Whether an answer holds for the rest of the session.
    remembers: bool,
    loaders: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// During an apply, questions wait so long for others to join them.
const GATHERING: Duration = Duration::from_millis(8);

type Answers<T> = Result<Arc<HashMap<String, Arc<T>>>>;
type Asking<T> = Shared<BoxFuture<'static, Answers<T>>>;

/// The questions of one kind.
struct Loader<F: Fetch> {
    state: Mutex<LoaderState<F::Item>>,
}

struct LoaderState<T> {
    gathering: Option<Gathering<T>>,
    asked: HashMap<String, Asking<T>>,
}

struct Gathering<T> {
    /// Taken when the call goes out.
    keys: Arc<Mutex<Option<BTreeSet<String>>>>,
    asking: Asking<T>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// For one bulk read: nothing is asked twice.
    pub(crate) fn remembering() -> Arc<Self> {
        Arc::new(Self { remembers: true, loaders: Mutex::default() })
    }

    /// For as long as the provider lives: every question is asked anew.
    pub(crate) fn forgetful() -> Arc<Self> {
        Arc::new(Self { remembers: false, loaders: Mutex::default() })
    }

    fn loader<F: Fetch>(&self) -> Arc<Loader<F>> {
        let mut loaders = lock(&self.loaders);
        let entry = loaders.entry(TypeId::of::<F>()).or_insert_with(|| {
            let state = LoaderState::<F::Item> { gathering: None, asked: HashMap::new() };
            Arc::new(Loader::<F> { state: Mutex::new(state) })
        });
        Arc::clone(entry).downcast::<Loader<F>>().expect("entries are stored under the id of their own type")
    }

    /// What questions of a kind that were asked by now are answered with; nothing of those that failed.
    pub(crate) async fn told<F: Fetch>(&self) -> Vec<Arc<F::Item>> {
        let askings: Vec<Asking<F::Item>> = {
            let loader = self.loader::<F>();
            let state = lock(&loader.state);
            state.asked.values().cloned().collect()
        };
        let answers = futures::future::join_all(askings).await;
        answers.into_iter().flatten().flat_map(|found| found.values().cloned().collect::<Vec<_>>()).collect()
    }

    /// Asks for these keys together with all others that are asked for at this time.
    pub(crate) async fn load<F: Fetch>(&self, cx: &Aws, keys: &[String]) -> Result<Loaded<F::Item>> {
        let askings = self.loader::<F>().ask(cx, keys, self.remembers);
        let mut found = BTreeMap::new();
        for (keys, asking) in askings {
            let answers = asking.await?;
            let present = keys.into_iter().filter_map(|key| answers.get(&key).map(|it| (key, Arc::clone(it))));
            found.extend(present);
        }
        Ok(Loaded(found))
    }
}

impl<F: Fetch> Loader<F> {
    /// Which calls will answer for which keys.
    fn ask(&self, cx: &Aws, keys: &[String], remembers: bool) -> Vec<(Vec<String>, Asking<F::Item>)> {
        let mut state = lock(&self.state);
        let mut answered = Vec::new();
        let mut open = Vec::new();
        for key in keys {
            match state.asked.get(key) {
                Some(asking) => answered.push((vec![key.clone()], asking.clone())),
                None => open.push(key.clone()),
            }
        }
        if !open.is_empty() {
            let asking = state.gather::<F>(cx, &open, remembers);
            if remembers {
                state.asked.extend(open.iter().map(|key| (key.clone(), asking.clone())));
            }
            answered.push((open, asking));
        }
        answered
    }
}

impl<T: Send + Sync + 'static> LoaderState<T> {
    /// Adds keys to the call that is being prepared, or prepares one.
    fn gather<F: Fetch<Item = T>>(&mut self, cx: &Aws, keys: &[String], remembers: bool) -> Asking<T> {
        if let Some(gathering) = &self.gathering
            && let Some(gathered) = lock(&gathering.keys).as_mut()
        {
            gathered.extend(keys.iter().cloned());
            return gathering.asking.clone();
        }
        let gathered = Arc::new(Mutex::new(Some(keys.iter().cloned().collect())));
        let future = ask_all::<F>(cx.clone(), Arc::clone(&gathered), remembers);
        let asking = future.boxed().shared();
        self.gathering = Some(Gathering { keys: gathered, asking: asking.clone() });
        asking
    }
}

/// Waits for others to join, then asks for all keys, in as few calls as the limit allows, at once.
async fn ask_all<F: Fetch>(cx: Aws, keys: Arc<Mutex<Option<BTreeSet<String>>>>, remembers: bool) -> Answers<F::Item> {
    if remembers {
        // In each round all types of a bulk read go on as far as they can; a second one lets derived questions join.
        cx.rounds(2).await;
    } else {
        tokio::time::sleep(GATHERING).await;
    }
    let keys: Vec<String> = lock(&keys).take().unwrap_or_default().into_iter().collect();
    let calls = keys.chunks(F::CHUNK).map(|chunk| F::fetch(&cx, chunk.to_vec()));
    let mut answers = HashMap::with_capacity(keys.len());
    for answer in futures::future::try_join_all(calls).await? {
        answers.extend(answer.into_iter().map(|(key, item)| (key, Arc::new(item))));
    }
    Ok(Arc::new(answers))
}

/// Calls that one question asks at the same time.
const AT_ONCE: usize = 16;

/// Asks for each key on its own, a few at a time: for services that can not be asked for many at once. Keys that do not
/// exist (`None`) are left out of the answer.
pub(crate) async fn one_by_one<T, F>(keys: Vec<String>, ask: impl Fn(String) -> F) -> Result<Vec<(String, T)>>
where
    T: Send,
    F: Future<Output = Result<Option<T>>> + Send,
{
    let calls: Vec<BoxFuture<'_, _>> = keys
        .into_iter()
        .map(|key| {
            let asked = ask(key.clone());
            async move { Ok(asked.await?.map(|item| (key, item))) }.boxed()
        })
        .collect();
    let answers: Vec<Result<Option<(String, T)>>> = futures::stream::iter(calls).buffered(AT_ONCE).collect().await;
    answers.into_iter().filter_map(Result::transpose).collect()
}
