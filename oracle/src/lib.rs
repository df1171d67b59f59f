//! Random worlds, and both opinions on what may be done in them.

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, RestrictedExpression};
use domain::access::{
    Action, Actor, Assurance, Facts, Items, Person, Relation, RelationWindow, decide,
};
use domain::account::{AccountState, Role, Roles};
use domain::ids::{ClientId, Identifier};
use jiff::Timestamp;

/// Numbers that are the same each time.
pub struct Chance(pub u64);

impl Chance {
    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(u64::try_from(to - from).unwrap_or(1))).unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap_or(0)]
    }
}

/// One question: who, in what relation, asks what, when.
#[derive(Debug, Clone)]
pub struct World {
    person: Person,
    windows: Vec<RelationWindow>,
    client: Option<ClientId>,
    action: Action,
    now: i64,
}

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

fn id<T: Identifier>(n: u128) -> T {
    T::from_uuid(uuid::Uuid::from_u128(n))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MIN)
}

impl World {
    /// A random one. Instants fall on and beside the ends of windows often enough to tell `<` from `<=`.
    pub fn random(chance: &mut Chance) -> World {
        let mut windows = Vec::new();
        for relation in Relation::ALL {
            if chance.below(3) == 0 {
                let starts = NOW + DAY * chance.between(-120, 3);
                let ends = (chance.below(3) > 0).then(|| starts + DAY * chance.between(0, 120));
                let items = Items::from_codes(chance.pick(&["", "appointments", "released", "appointments released"]));
                let ends_at = ends.map(at);
                windows.push(RelationWindow { ends_at, items, ..RelationWindow::open(relation, at(starts)) });
            }
        }
        let edge = match windows.first().filter(|_| chance.below(2) == 0) {
            Some(first) => first.ends_at.unwrap_or(first.starts_at).as_second() + DAY * chance.pick(&[0, 0, 90]),
            None => NOW,
        };
        let now = edge + chance.pick(&[-1, 0, 0, 1, 3_600]);
        let client: ClientId = id(10);
        let own = chance.pick(&[None, Some(client), Some(id(11))]);
        let roles = Roles::of(Role::ALL.into_iter().filter(|_| chance.below(3) == 0));
        let active = chance.below(12) > 0;
        let person = Person {
            account: id(1),
            practice: id(2),
            state: if active { AccountState::Active } else { chance.pick(&[AccountState::Invited, AccountState::Disabled]) },
            roles,
            own_client: own,
            assurance: if chance.below(12) > 0 { Assurance::Full } else { Assurance::Partial },
            verified_at: chance.pick(&[None, Some(0), Some(299), Some(300), Some(301)]).map(|ago| at(now - ago)),
        };
        World { person, windows, client: Some(client), action: chance.pick(Action::ALL), now }
    }

    /// What the program says.
    #[must_use]
    pub fn program(&self) -> bool {
        let facts = Facts { client: self.client, relations: &self.windows };
        decide(&Actor::Person(self.person.clone()), self.action, facts, at(self.now)).is_ok()
    }

    fn context(&self) -> Vec<(String, RestrictedExpression)> {
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let long = RestrictedExpression::new_long;
        let state = match self.person.state {
            AccountState::Active => "active",
            AccountState::Invited => "invited",
            AccountState::Disabled => "disabled",
        };
        let factors = if self.person.assurance == Assurance::Full { "full" } else { "one" };
        let roles = RestrictedExpression::new_set(self.person.roles.iter().map(|role| text(role.code())));
        let own = self.person.own_client.is_some() && self.person.own_client == self.client;
        let mut pairs = vec![
            ("now".to_owned(), long(self.now)),
            ("state".to_owned(), text(state)),
            ("factors".to_owned(), text(factors)),
            ("roles".to_owned(), roles),
            ("own".to_owned(), RestrictedExpression::new_bool(own)),
            ("about_client".to_owned(), RestrictedExpression::new_bool(self.action.about_a_client())),
        ];
        pairs.extend(self.person.verified_at.map(|given| ("verified".to_owned(), long(given.as_second()))));
        for window in &self.windows {
            let items = window.items.codes();
            let items = items.split(' ').filter(|item| !item.is_empty()).map(text);
            let end = window.ends_at.map_or(i64::MAX / 4, Timestamp::as_second);
            let record = RestrictedExpression::new_record([
                ("from".to_owned(), long(window.starts_at.as_second())),
                ("to".to_owned(), long(end)),
                ("items".to_owned(), RestrictedExpression::new_set(items)),
            ]);
            pairs.extend(record.ok().map(|record| (window.relation.code().to_owned(), record)));
        }
        pairs
    }
}

/// The independent policy.
pub struct Oracle {
    policies: PolicySet,
    entities: Entities,
    authorizer: Authorizer,
    somebody: EntityUid,
    something: EntityUid,
}

impl Oracle {
    /// Reads the policy.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new() -> Result<Oracle, String> {
        let policies = include_str!("../attune.cedar").parse::<PolicySet>().map_err(|wrong| wrong.to_string())?;
        let named = |text: &str| text.parse::<EntityUid>().map_err(|wrong| wrong.to_string());
        Ok(Oracle {
            policies,
            entities: Entities::empty(),
            authorizer: Authorizer::new(),
            somebody: named("Person::\"somebody\"")?,
            something: named("Record::\"something\"")?,
        })
    }

    /// What the policy says.
    ///
    /// # Errors
    /// When it cannot be asked, or stumbles: a policy that errs decides nothing.
    pub fn says(&self, world: &World) -> Result<bool, String> {
        let action = format!("Action::\"{}\"", world.action.code());
        let action = action.parse::<EntityUid>().map_err(|wrong| wrong.to_string())?;
        let context = Context::from_pairs(world.context()).map_err(|wrong| wrong.to_string())?;
        let request = Request::new(self.somebody.clone(), action, self.something.clone(), context, None)
            .map_err(|wrong| wrong.to_string())?;
        let answer = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        match answer.diagnostics().errors().next() {
            Some(wrong) => Err(wrong.to_string()),
            None => Ok(answer.decision() == Decision::Allow),
        }
    }
}
