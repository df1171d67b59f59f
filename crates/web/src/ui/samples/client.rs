//! Pages as clients and visitors see them.

use super::super::prelude::*;
use super::{Sample, client_frame};

pub(super) fn samples() -> Vec<Sample> {
    vec![today(), item(), sign_in()]
}

fn today() -> Sample {
    let mut frame = client_frame("Hello Amina", "/today");
    frame.lede = Some(html! { "Here is what helps this week." });
    let content = html! {
        div.stack.loose {
            (Card::new("Next session", html! {
                p { strong { "Mon 23 Nov 2026, 14:00 (Kampala)" } }
                p.soft { "With Dr Okello, room 2. Session 6 of 14." }
            }).look(CardLook::Toned(Tone::Info)))
            (Card::new("Nine short questions", html! {
                p { "They take about three minutes. Your answers go to Dr Okello before you meet." }
                p { (Button::link("Start", "/m").primary()) }
            }).action(badge(Tone::Due, "Before Monday")))
            (Card::new("What you agreed to try", html! {
                (progress("1 of 2 done", 1, 2))
                (check_boxes(&Field::new("tasks", "Tasks"), &[
                    Choice { value: "1", text: "Ask Sarah about the house", hint: Some("Use the sentence you practised"), chosen: true },
                    Choice { value: "2", text: "Call an old friend", hint: None, chosen: false },
                ]))
            }))
            (notice(Tone::Info, "If you feel unsafe", html! {
                p { "These pages are not watched all day. " a href="/help-now" { "Find help now" } "." }
            }))
        }
    };
    Sample { name: "client-today", frame, content }
}

fn item() -> Sample {
    let frame = client_frame("How have you been?", "/today");
    let answers = [
        ("0", "Not at all"),
        ("1", "Several days"),
        ("2", "More than half the days"),
        ("3", "Nearly every day"),
    ];
    let choices: Vec<Choice<'_>> =
        answers.into_iter().map(|(value, text)| Choice::of(value, text, Some("1"))).collect();
    let content = html! {
        form.questionnaire method="post" {
            (progress("Question 3 of 9", 3, 9))
            div.item.is-current {
                p.item-stem { "Over the last two weeks, how often have you been bothered by" }
                (answer_buttons(&Field::new("3", "a made-up question that is here to show its size?"), &choices))
            }
            (button_row(&[Button::submit("Next").primary(), Button::link("Back", "/m/2").icon(Icon::Left)]))
            p { (Button::submit("I would rather not say").plain().named("declined", "3")) }
        }
    };
    Sample { name: "client-item", frame, content }
}

fn sign_in() -> Sample {
    let frame = Frame {
        practice: Some("Lakeside Practice"),
        help_href: Some("/help"),
        ..Frame::new(Words::english(), "Sign in", "")
    };
    let email =
        Field::new("email", "E-mail").error(Some("Type the address with an @, for example name@example.org"));
    let content = html! {
        div.quiet-page {
            (error_summary("One thing to put right", &[ErrorLink { name: "email", text: "Type the address with an @" }]))
            h1 { "Sign in" }
            form method="post" {
                (text_field(&email, &Input { autocomplete: Some("username"), ..Input::of(InputKind::Email, "grace") }))
                (text_field(&Field::new("password", "Password").help("You may paste it."), &Input { autocomplete: Some("current-password"), ..Input::of(InputKind::Password, "") }))
                (Button::submit("Sign in").primary())
            }
            p.small.soft { "No password? " a href="/x" { "Ask your practice for a new link." } }
        }
    };
    Sample { name: "public-sign-in", frame, content }
}
