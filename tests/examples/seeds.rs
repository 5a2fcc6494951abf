//! Writes inputs for a fuzz target to begin with into a folder: `seeds TARGET FOLDER`.

use std::{env, fs, path::PathBuf};

use hushgate_tests::{Trouble, fuzz};

fn main() -> Result<(), Trouble> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [target, folder] = arguments.as_slice() else {
        return Err("usage: seeds TARGET FOLDER".into());
    };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    for (index, seed) in fuzz::seeds(target)?.iter().enumerate() {
        fs::write(folder.join(format!("seed-{index:03}")), seed)?;
    }
    Ok(())
}
