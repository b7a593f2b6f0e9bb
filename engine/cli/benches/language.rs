//! How fast configuration is read and evaluated: `language CORPUS RUNS ROOT…` prints a line a measurement, name and number,
//! tab between: megabytes a second of the corpus, seconds of each root. `cargo xtask bench lang` makes the folders and prints
//! the targets beside.
//!
//! It is the processor's time that is measured, of the thread that does the work, so that what else the machine is busy with
//! does not count. Of several threads, the one that needs most counts.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program for developers")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use landform_addrs::ProviderAddr;
use landform_config::ModuleTree;
use landform_config::load::DiskFiles;
use landform_config::manifest::Manifest;
use landform_core::events::Silent;
use landform_core::plan::{Environment, PlanOptions};
use landform_core::{ProviderSet, ProvisionerSet, RunSettings, StopSignal};
use landform_diagnostics::{Diagnostics, SourceMap};
use landform_lang::expr::EvalContext;
use landform_lang::functions::DiskWorld;
use landform_lang::syntax::{format, parse_native};
use landform_provider_api::Provider;
use landform_provider_builtin::{Builtin, Host, RemoteStateRequest};
use landform_state::State;
use landform_values::{Str, Value};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Texts = Vec<(String, String)>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [corpus, runs, roots @ ..] = arguments.as_slice() else { return };
    let runs: usize = runs.parse().expect("the number of runs is a number");
    let mut texts = Texts::new();
    read(Path::new(corpus), &mut texts);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("parse, one core\t{:.1}", rate(best(runs, || parse(&texts))));
    println!("parse, all cores\t{:.1}", rate(best_on_all_cores(runs, &texts)));
    println!(
        "format, one core\t{:.1}",
        rate(best(runs, || texts.iter().map(|(_, text)| format(text)).collect::<Vec<_>>()))
    );
    // As the program does, whose first thread is not large enough for any expression.
    let roots: Vec<String> = roots.to_vec();
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
        roots.iter().for_each(|root| println!("{root}\t{:.4}", evaluate(Path::new(root), runs).as_secs_f64()));
    });
    worker.expect("there is a thread").join().expect("planning does not panic");
}

fn read(folder: &Path, texts: &mut Texts) {
    for entry in fs_err::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(&path, texts);
        } else {
            let text = fs_err::read_to_string(&path).expect("the file can be read");
            texts.push((path.to_string_lossy().into_owned(), text));
        }
    }
}

/// Reads files as a run does, which keeps them and their trees to its end.
fn parse(texts: &[(String, String)]) -> Vec<impl Sized + Send + use<>> {
    parse_into(&SourceMap::new(), texts)
}

fn parse_into(sources: &SourceMap, texts: &[(String, String)]) -> Vec<impl Sized + Send + use<>> {
    let parse = |(name, text): &(String, String)| parse_native(sources, sources.add(name.as_str(), text.as_str()));
    let parsed: Vec<_> = texts.iter().map(parse).collect();
    assert!(parsed.iter().all(|(_, diagnostics)| diagnostics.is_empty()), "the corpus is well formed");
    parsed
}

/// The shortest of some runs in which each core parses its share, side by side with the others.
fn best_on_all_cores(runs: usize, texts: &Texts) -> Duration {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let chunks: Vec<_> = texts.chunks(texts.len().div_ceil(cores).max(1)).collect();
    let sources: Vec<SourceMap> = (0..runs.max(1)).map(|_| SourceMap::new()).collect();
    let together = Barrier::new(chunks.len());
    // As with one core, a thread goes on with the memory of the run before.
    let share = |chunk: &[(String, String)]| -> Vec<Duration> {
        let one = |sources| {
            together.wait();
            timed(|| parse_into(sources, chunk))
        };
        sources.iter().map(one).collect()
    };
    let times: Vec<Vec<Duration>> = std::thread::scope(|scope| {
        let workers: Vec<_> = chunks.iter().map(|chunk| scope.spawn(|| share(chunk))).collect();
        workers.into_iter().map(|worker| worker.join().expect("parsing does not panic")).collect()
    });
    let longest = |run: usize| times.iter().map(|worker| worker[run]).max().unwrap_or_default();
    (0..sources.len()).map(longest).min().unwrap_or_default()
}

/// The shortest of some runs.
fn best<T>(runs: usize, run: impl Fn() -> T) -> Duration {
    (0..runs.max(1)).map(|_| timed(&run)).min().unwrap_or_default()
}

/// What something takes, without the time it takes to drop what came of it.
fn timed<T>(run: impl FnOnce() -> T) -> Duration {
    let started = now();
    let made = run();
    let time = now().saturating_sub(started);
    drop(made);
    time
}

/// How long the processor has worked for this thread; where that is not told, the time of day serves.
fn now() -> Duration {
    static STARTED: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = fs_err::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| STARTED.elapsed(), Duration::from_nanos)
}

/// The median time in which all of a root module is compiled, evaluated and planned, without reading its files and without
/// showing the plan.
fn evaluate(root: &Path, runs: usize) -> Duration {
    let context = context(root);
    let files = DiskFiles::new(root);
    let (tree, found) = landform_config::load_tree(".", &Manifest::default(), &context.sources, &files);
    assert!(!found.has_errors(), "{found:?}");
    let tree = tree.expect("it has a root module");
    let builtin: Arc<dyn Provider> = Arc::new(Builtin::new(Arc::new(NoHost)));
    let providers = ProviderSet::new([(ProviderAddr::builtin(), builtin)]);
    let mut times: Vec<Duration> =
        (0..runs.max(1)).map(|_| plan(&tree, &providers, settings(context.clone()))).collect();
    times.sort();
    times[times.len() / 2]
}

fn plan(tree: &ModuleTree, providers: &ProviderSet, settings: RunSettings) -> Duration {
    let environment = Environment { tree, providers, settings, observer: &Silent, stop: StopSignal::default() };
    let (state, options) = (State::new("1.11.4"), PlanOptions::default());
    let started = now();
    let (planned, found) = futures::executor::block_on(landform_core::plan::plan(&environment, &state, &options));
    let time = now().saturating_sub(started);
    assert!(planned.is_some() && !found.has_errors(), "{found:?}");
    time
}

fn context(root: &Path) -> EvalContext {
    let world = DiskWorld {
        working_dir: root.to_string_lossy().into_owned(),
        home_dir: None,
        plan_time: Some(time::OffsetDateTime::UNIX_EPOCH),
        clock: time::OffsetDateTime::now_utc,
        random: |buffer: &mut [u8]| buffer.fill(7),
    };
    EvalContext::new(Arc::new(world), SourceMap::new())
}

fn settings(context: EvalContext) -> RunSettings {
    RunSettings {
        context,
        provisioners: ProvisionerSet::default(),
        root_dir: ".".into(),
        working_dir: ".".into(),
        workspace: "default".into(),
        engine_version: "1.11.4".into(),
        timestamp: "1970-01-01T00:00:00Z".into(),
        new_deposed_key: Arc::new(|| "00000001".to_owned()),
    }
}

/// A world without other states.
struct NoHost;

#[async_trait]
impl Host for NoHost {
    fn random_bytes(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }

    async fn remote_outputs(&self, _: RemoteStateRequest) -> Result<Option<BTreeMap<Str, Value>>, Diagnostics> {
        Ok(None)
    }
}
