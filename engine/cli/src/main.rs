//! The `landform` binary.
//!
//! `start` picks the command; each command is one file in `commands` that reads top to bottom. What a run is given of
//! the world is in `world`, how it talks in `view`, what commands share in `session`.

mod args;
mod backend;
mod commands;
mod failure;
mod format;
mod generating;
mod guard;
mod installing;
mod interrupt;
mod live;
mod migration;
mod moves;
mod observer;
mod operation;
mod outline;
mod plan_file;
mod planning;
mod prompt;
mod recorder;
mod selection;
mod session;
mod start;
mod stream;
mod test_files;
mod variables;
mod view;
mod world;

use std::process::ExitCode;

use world::World;

/// Planning makes and drops many small values, in a thread that is not the first.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let world = match World::new() {
        Ok(world) => world,
        Err(error) => {
            world::print_error(&format!("Error: the working directory can not be found: {error}\n"));
            return ExitCode::FAILURE;
        }
    };
    // Expressions may be nested as deep as the parser allows; the main thread's stack is not ours to size.
    let run = std::thread::Builder::new().stack_size(256 << 20).spawn(move || start::run(world));
    let code = run.ok().and_then(|thread| thread.join().ok());
    ExitCode::from(code.unwrap_or(1))
}
