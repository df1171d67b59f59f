//! A gallery of every component on pages like the real ones. The test writes it to `target/gallery`, light
//! and dark, for looking at in a browser; `docs/design.md` says how.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod kit;
mod staff;

use std::path::{Path, PathBuf};

use super::prelude::*;
use crate::assets;

/// A page of the gallery: file name, frame, content.
struct Sample {
    name: &'static str,
    frame: Frame<'static>,
    content: Markup,
}

fn staff_frame(heading: &str, here: &'static str) -> Frame<'static> {
    let entry = |href, text: &str, icon| NavEntry { href, text: text.to_owned(), icon };
    Frame {
        room: Room::Staff,
        practice: Some("Lakeside Practice"),
        person: Some(Person {
            name: "Dr Grace Okello",
            role: "Therapist".to_owned(),
            account_href: "/account",
            sign_out_action: "/sign-out",
        }),
        nav: vec![
            entry("/caseload", "Caseload", Icon::Today),
            entry("/clients", "Clients", Icon::People),
            entry("/diary", "Diary", Icon::Calendar),
            entry("/supervision", "Supervision", Icon::Talk),
            entry("/practice", "Practice", Icon::Settings),
        ],
        here,
        help_href: Some("/help"),
        ..Frame::new(Words::english(), heading, heading)
    }
}

fn client_frame(heading: &str, here: &'static str) -> Frame<'static> {
    let entry = |href, text: &str, icon| NavEntry { href, text: text.to_owned(), icon };
    Frame {
        room: Room::Client,
        practice: Some("Lakeside Practice"),
        person: Some(Person {
            name: "Amina",
            role: "Your pages".to_owned(),
            account_href: "/account",
            sign_out_action: "/sign-out",
        }),
        nav: vec![
            entry("/today", "Today", Icon::Today),
            entry("/people", "My people", Icon::Rings),
            entry("/tasks", "Tasks", Icon::Homework),
            entry("/line", "My line", Icon::Chart),
        ],
        here,
        width: Width::Reading,
        help_href: Some("/help"),
        quick_exit: Some(QuickExit { href: "https://www.weather.gov/" }),
        ..Frame::new(Words::english(), heading, heading)
    }
}

fn all() -> Vec<Sample> {
    let mut samples = staff::samples();
    samples.extend(client::samples());
    samples.extend(kit::samples());
    samples
}

fn gallery_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/gallery")
}

#[test]
fn the_gallery_is_written() {
    let folder = gallery_folder();
    std::fs::create_dir_all(&folder).unwrap();
    let parts = ["tokens", "base", "components", "pages", "print"];
    let css_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/css");
    let css: String = parts
        .iter()
        .map(|part| std::fs::read_to_string(css_folder.join(format!("{part}.css"))).unwrap())
        .collect();
    std::fs::write(folder.join("app.css"), css).unwrap();

    for theme in [Theme::Light, Theme::Dark] {
        for Sample { name, frame, content } in all() {
            let page = layout(&Frame { theme, ..frame }, content).into_string();
            let page = page.replace(assets::href("app.css"), "app.css");
            let suffix = if theme == Theme::Dark { "-dark" } else { "" };
            std::fs::write(folder.join(format!("{name}{suffix}.html")), page).unwrap();
        }
    }
}

#[test]
fn every_page_keeps_the_strict_content_policy_and_has_one_heading() {
    for Sample { name, frame, content } in all() {
        let page = layout(&frame, content).into_string();
        assert!(!page.contains(" style="), "{name} has an inline style");
        assert!(!page.contains(" onclick="), "{name} has an inline handler");
        assert!(!page.contains("/assets/none/"), "{name} asks for an asset that does not exist");
        assert_eq!(page.matches("<h1").count(), 1, "{name} needs exactly one h1");
        assert!(!page.contains(">["), "{name} shows a missing text");
    }
}

#[test]
fn ids_are_unique_and_labels_point_at_something() {
    for Sample { name, frame, content } in all() {
        let page = layout(&frame, content).into_string();
        let attribute = |attr: &str| -> Vec<String> {
            page.split(&format!(" {attr}=\""))
                .skip(1)
                .filter_map(|rest| rest.split('"').next().map(str::to_owned))
                .collect()
        };
        let ids = attribute("id");
        let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{name} repeats an id: {ids:?}");
        for target in ["for", "aria-describedby", "aria-labelledby"].into_iter().flat_map(attribute) {
            for id in target.split(' ') {
                assert!(distinct.contains(&id.to_owned()), "{name} points at #{id}, which is not there");
            }
        }
    }
}
