//! How fast configuration is read: `language FOLDER RUNS` prints a line a measurement, name and megabytes a second, tab
//! between. `cargo xtask bench lang` makes the folder and prints the targets beside.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program for developers")]

use std::path::Path;
use std::time::{Duration, Instant};

use landform_diagnostics::SourceMap;
use landform_lang::syntax::{format, parse_native};

type Texts = Vec<(String, String)>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, runs] = arguments.as_slice() else { return };
    let runs: usize = runs.parse().expect("the number of runs is a number");
    let mut texts = Texts::new();
    read(Path::new(folder), &mut texts);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("parse, one core\t{:.1}", rate(best(runs, || parse(&texts))));
    println!("parse, all cores\t{:.1}", rate(best(runs, || parse_on_all_cores(&texts))));
    println!(
        "format, one core\t{:.1}",
        rate(best(runs, || texts.iter().map(|(_, text)| format(text)).collect::<Vec<_>>()))
    );
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
fn parse(texts: &[(String, String)]) -> Vec<impl Sized + use<>> {
    let sources = SourceMap::new();
    let parse = |(name, text): &(String, String)| parse_native(&sources, sources.add(name.as_str(), text.as_str()));
    let parsed: Vec<_> = texts.iter().map(parse).collect();
    assert!(parsed.iter().all(|(_, diagnostics)| diagnostics.is_empty()), "the corpus is well formed");
    parsed
}

fn parse_on_all_cores(texts: &Texts) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let chunks = texts.chunks(texts.len().div_ceil(cores).max(1));
        let workers: Vec<_> = chunks.map(|chunk| scope.spawn(|| parse(chunk).len())).collect();
        workers.into_iter().map(|worker| worker.join().expect("parsing does not panic")).sum()
    })
}

/// The shortest of some runs, without the time it takes to drop what came of them.
fn best<T>(runs: usize, run: impl Fn() -> T) -> Duration {
    let one = || {
        let started = Instant::now();
        let made = run();
        let time = started.elapsed();
        drop(made);
        time
    };
    (0..runs.max(1)).map(|_| one()).min().unwrap_or_default()
}
