//! `hushgate completions` and `hushgate man`: made from the definition of the options.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::console;
use crate::failure::{Exit, Failure};
use crate::name::Name;

/// Prints a completion script.
///
/// # Errors
/// Standard output cannot be written.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hushgate", &mut script);
    console::answer(&script)
}

/// Prints the man page, or writes all of them to a folder.
///
/// # Errors
/// The folder or standard output cannot be written.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    // No page is written for `help`, so none may name it.
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let unwritable = |error: io::Error| match &args.folder {
        Some(folder) => Failure::unwritable(format_args!("to `{}`", Name(folder)), &error),
        None => Failure::unwritable("the man page", &error),
    };
    match &args.folder {
        Some(folder) => {
            write_pages(&program, folder).map_err(unwritable)?;
            Ok(Exit::Done)
        }
        None => console::answer(&page(&program).map_err(unwritable)?),
    }
}

fn write_pages(command: &clap::Command, folder: &Path) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    fs::write(folder.join(format!("{name}.1")), page(command)?)?;
    command
        .get_subcommands()
        .try_for_each(|command| write_pages(command, folder))
}

/// The page of one command.
///
/// The synopsis and what stands behind the options are set here: the library would name options
/// without their arguments, and run the lines of examples together.
fn page(command: &clap::Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone())
        .manual("Hushgate")
        .source(concat!("hushgate ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    let usage = command.clone().render_usage().to_string();
    let mut synopsis = Roff::new();
    synopsis.control("SH", ["SYNOPSIS"]);
    synopsis.text([roman(usage.trim_start_matches("Usage: "))]);
    synopsis.to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(text) = command.get_after_help() {
        examples(&text.to_string()).to_writer(&mut page)?;
    }
    Ok(page)
}

/// What stands behind the options: headings at the margin, and lines that stay as they are.
fn examples(text: &str) -> Roff {
    let mut roff = Roff::new();
    for line in text.lines() {
        match line.strip_suffix(':') {
            Some(heading) if !heading.starts_with(' ') => {
                roff.control("fi", []);
                roff.control("SH", [heading.to_uppercase().as_str()]);
                roff.control("nf", []);
            }
            _ => {
                roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            }
        }
    }
    roff.control("fi", []);
    roff
}
