//! Finds what a test run needs beyond Rust, and installs it where that is allowed.

use crate::{postgres, process};
use std::path::{Path, PathBuf};
use std::process::Command;

/// PostgreSQL's server programs.
///
/// # Errors
/// Why there are none.
pub fn postgres() -> Result<(), String> {
    if postgres::programs().is_some() {
        return Ok(());
    }
    install(&["postgresql"])?;
    postgres::programs().map(|_| ()).ok_or_else(|| "PostgreSQL was installed, but without initdb".into())
}

/// A Chromium to drive: the one named by `CHROMIUM`, or the system's.
///
/// # Errors
/// Why there is none.
pub fn chromium() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("CHROMIUM").filter(|name| !name.is_empty()) {
        let named = PathBuf::from(named);
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!("CHROMIUM names {}, which does not exist", named.display()))
        };
    }
    let installed = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(process::which);
    match installed() {
        Some(browser) => Ok(browser),
        None => {
            install(&["chromium"])?;
            installed().ok_or_else(|| "Chromium was installed, but is not on the path".into())
        }
    }
}

/// `strace`, by which the fault tests make syncs fail or come late.
///
/// # Errors
/// Why it is not there; those tests then say that they were left out.
pub fn strace() -> Result<(), String> {
    if process::found("strace") { Ok(()) } else { install(&["strace"]) }
}

/// Node.js and the packages that `e2e/package-lock.json` pins.
///
/// # Errors
/// Why they are not there.
pub fn node_packages(e2e: &Path) -> Result<(), String> {
    if !process::found("node") || !process::found("npm") {
        install(&["nodejs", "npm"])?;
    }
    let changed = |file: &str| std::fs::metadata(e2e.join(file)).and_then(|data| data.modified()).ok();
    let installed = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        return Ok(());
    }
    process::pass(&mut process::command(e2e, "npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
}

fn install(packages: &[&str]) -> Result<(), String> {
    let wanted = packages.join(" ");
    if !process::found("apt-get") {
        return Err(format!("not installed, and there is no apt-get to install it with ({wanted})"));
    }
    if !postgres::is_root() {
        return Err(format!("not installed; as root: apt-get install {wanted}"));
    }
    println!("installing {wanted}");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        process::output(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // A package list that cannot be refreshed may still be good enough; the installation decides.
    let refreshed = apt(&["update", "-q"]);
    // Another installation may be at work on this machine: wait for it a while.
    let options = ["install", "-qy", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    let installed = apt(&[&options, packages].concat());
    installed.map(|_| ()).map_err(|error| match refreshed {
        Ok(_) => error,
        Err(earlier) => format!("{error}\n{earlier}"),
    })
}
