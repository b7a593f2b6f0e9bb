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

use std::io::Write as _;

use world::World;

/// Planning makes and drops many small values, in a thread that is not the first.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let code = match World::new() {
        Ok(world) => run(world).unwrap_or(1),
        Err(error) => {
            world::print_error(&format!("Error: the working directory can not be found: {error}\n"));
            1
        }
    };
    // Who reads it may be gone.
    let _ = std::io::stdout().flush();
    // The system takes memory back as a whole; the allocator would give it back piece by piece before.
    signal_hook::low_level::exit(code.into());
}

/// Runs the program. Expressions may be nested as deep as the parser allows; the main thread's stack is not ours to size.
fn run(world: World) -> Option<u8> {
    let run = std::thread::Builder::new().stack_size(256 << 20).spawn(move || start::run(world));
    run.ok()?.join().ok()
}
