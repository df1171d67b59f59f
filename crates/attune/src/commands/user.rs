//! `attune user`: invite people, give them a new way in, keep them out.

use super::{application, database_url, must_exist};
use crate::cli::{Door, Opened, User};
use crate::failure::Failure;
use crate::keys;
use crate::say;
use app::App;
use app::content::Content;
use app::context::{Ctx, Origin};
use app::entry::Refused;
use app::people::{MemberForm, PeopleError};
use app::sessions::Token;
use domain::access::Actor;
use domain::account::{Role, Roles};
use jiff::tz::TimeZone;
use std::process::ExitCode;

pub async fn run(command: User) -> Result<ExitCode, Failure> {
    let (app, ctx) = open(opened(&command)).await?;
    let done = act(&app, &ctx, command).await;
    app.db().clone().close().await;
    done.map(|()| ExitCode::SUCCESS)
}

fn opened(command: &User) -> &Opened {
    match command {
        User::Invite { opened, .. }
        | User::Reset { opened, .. }
        | User::StartAnew { opened, .. }
        | User::Disable { opened, .. }
        | User::Enable { opened, .. }
        | User::List { opened } => opened,
    }
}

/// The application and the operator's context in its one practice.
async fn open(opened: &Opened) -> Result<(App, Ctx), Failure> {
    let url = database_url(&opened.database)?;
    must_exist(&url)?;
    let app = application(&url, &keys::for_practice(&opened.key, &url)?, Content::embedded()?)?;
    let practices = app.practices().await?;
    let practice = match practices.as_slice() {
        [] => return Err(Failure::NoPractice),
        [one] => one,
        _ => {
            return Err(Failure::Said(
                "this database holds several practices: use the page \"People and roles\"".into(),
            ));
        }
    };
    let zone = TimeZone::get(&practice.zone).unwrap_or(TimeZone::UTC);
    let ctx = app.ctx(Actor::Operator(practice.id), zone, Origin::CommandLine);
    Ok((app, ctx))
}

async fn act(app: &App, ctx: &Ctx, command: User) -> Result<(), Failure> {
    match command {
        User::Invite { name, email, roles, door, .. } => {
            let roles = read_roles(&roles)?;
            let form = MemberForm { name, email, zone: String::new() };
            let (_, token) = app.invite(ctx, form, roles).await.map_err(said)?;
            hand_over(&door, &token, "within 72 hours");
        }
        User::Reset { email, door, .. } => {
            let account = app.member_by_email(ctx, &email).await.map_err(said)?;
            let token = app.reset_link(ctx, account).await.map_err(said)?;
            hand_over(&door, &token, "within 30 minutes");
        }
        User::StartAnew { email, door, .. } => {
            let account = app.member_by_email(ctx, &email).await.map_err(said)?;
            let token = app.start_anew(ctx, account).await.map_err(said)?;
            hand_over(&door, &token, "within 72 hours");
        }
        User::Disable { email, .. } => {
            let account = app.member_by_email(ctx, &email).await.map_err(said)?;
            app.disable(ctx, account).await.map_err(said)?;
            say::out("Disabled. Their sessions have ended; what they wrote stays.");
        }
        User::Enable { email, .. } => {
            let account = app.member_by_email(ctx, &email).await.map_err(said)?;
            app.enable(ctx, account).await.map_err(said)?;
            say::out("Enabled: they can sign in again.");
        }
        User::List { .. } => {
            for member in app.people(ctx).await.map_err(said)? {
                let account = member.account;
                say::out(&format!(
                    "{:<10} {:<28} {:<32} {}",
                    account.state.code(),
                    account.roles.codes(),
                    account.email,
                    account.name
                ));
            }
        }
    }
    Ok(())
}

fn hand_over(door: &Door, token: &Token, when: &str) {
    say::out(&format!("Hand this link over {when}; it works once and is not shown again:"));
    say::out(&format!("{}/l/{}", door.address.trim_end_matches('/'), token.reveal()));
}

fn read_roles(words: &[String]) -> Result<Roles, Failure> {
    let known: Option<Vec<Role>> = words.iter().map(|word| Role::from_code(word)).collect();
    known.map(Roles::of).ok_or_else(|| {
        Failure::Said(format!(
            "no such role among `{}`: administrator, therapist, trainee, supervisor, privacy_officer, front_desk",
            words.join(" ")
        ))
    })
}

fn said(refused: Refused<PeopleError>) -> Failure {
    match refused {
        Refused::Repeated => Failure::Said("this was done before".to_owned()),
        Refused::Store(failure) => Failure::Store(failure),
        Refused::Verb(error) => Failure::Said(error.to_string()),
        Refused::Denied(denial) => Failure::Said(denial.to_string()),
    }
}
