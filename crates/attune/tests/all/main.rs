//! Stories about the whole program: started, asked over HTTP, stopped, killed, started again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod another_secret;
mod canaries;
mod commands;
mod corpora;
mod crash;
mod crawl;
mod credential;
mod deeds;
mod disk;
mod keys;
mod outside;
mod passphrase;
mod program;
mod protocols;
mod sealed_files;
