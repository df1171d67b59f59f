//! Ten thousand ways to tamper with a trail, in memory, each of which verification must find.
#![allow(clippy::unwrap_used)]

use super::chain::{self, ChainKey, Line};
use super::checkpoint::{ACTION, Checkpoint, Signer};
use super::verify::{Finding, Trail, Trusted, Verified, verify};
use crate::Head;
use std::convert::Infallible;

const PRACTICE: &str = "019a0000-0000-7000-8000-000000000001";
const MUTATIONS: u64 = 10_000;

fn key() -> ChainKey {
    ChainKey::of(&[1; 32])
}

fn signer() -> Signer {
    Signer::of(&[2; 32]).unwrap()
}

/// What somebody has who can write into the database and has not the key.
#[derive(Debug, Clone, PartialEq)]
struct Kept {
    lines: Vec<Line>,
    checkpoints: Vec<Checkpoint>,
}

impl Kept {
    /// Four chains that name each other, their lines mixed, and three checkpoints, the last one at the end.
    fn generate() -> Kept {
        let mut made = Kept { lines: Vec::new(), checkpoints: Vec::new() };
        for round in 0..3 {
            for turn in 0..9 {
                let chain = [11, 22, 33, 44][(turn * 7 + round) % (round + 2)];
                made.write(chain, "read_chart", &format!("episode {turn}"));
            }
            made.check();
        }
        made.lines.sort_by_key(|line| (line.chain, line.seq));
        made
    }

    fn leaves(&self) -> Vec<Head> {
        let mut heads: Vec<Head> = Vec::new();
        for line in &self.lines {
            let head = Head { chain: line.chain, seq: line.seq, hash: line.hash.clone().try_into().unwrap() };
            heads.retain(|other| other.chain != line.chain);
            heads.push(head);
        }
        let ties: Vec<String> = self.lines.iter().filter_map(|line| line.ties.clone()).collect();
        chain::leaves(&heads, &ties)
    }

    fn write(&mut self, chain: i64, action: &str, object: &str) {
        let before = self.lines.iter().rev().find(|line| line.chain == chain);
        let (seq, previous) = before.map_or((1, chain::NOTHING.to_vec()), |l| (l.seq + 1, l.hash.clone()));
        let number = self.lines.len() as i64;
        let mut line = Line {
            chain,
            seq,
            at: 1_800_000_000_000_000 + number * 1000,
            id: format!("019a0000-0000-7000-8000-{number:012}"),
            actor: format!("019a0000-0000-7000-8000-00000000000{}", number % 4),
            for_whom: "self".into(),
            action: action.into(),
            class: "K3".into(),
            client: (number % 3 != 0).then(|| format!("019a0000-0000-7000-8000-10000000000{}", number % 5)),
            object: object.into(),
            outcome: ["done", "denied", "refused"][(number % 3) as usize].into(),
            rule: "treats".into(),
            origin: "192.0.2.7".into(),
            ties: (seq == 1).then(|| chain::heads_text(&self.leaves())),
            hash: Vec::new(),
        };
        line.hash = line.hash_after(&key(), PRACTICE, &previous).to_vec();
        self.lines.push(line);
    }

    fn check(&mut self) {
        let number = self.checkpoints.len() as i64 + 1;
        self.write(11, ACTION, &Checkpoint::object(number));
        let previous =
            self.checkpoints.last().map_or(chain::NOTHING.to_vec(), |checkpoint| checkpoint.hash.clone());
        let at = 1_800_000_000_000_000 + number;
        self.checkpoints.push(Checkpoint::make((PRACTICE, number, at), &self.leaves(), &previous, &signer()));
    }

    fn verified(&self) -> Verified {
        let mut reading = Reading { kept: self, line: 0, checkpoint: 0 };
        let signer = signer().public_key();
        let trusted = Trusted { practice: PRACTICE, key: &key(), signer: &signer, kept: &[] };
        verify(&mut reading, &trusted).unwrap()
    }

    /// Makes the hashes from a line on fit again, as far as it goes without the key.
    fn rechain(&mut self, from: usize, forged: &ChainKey) {
        let chain = self.lines[from].chain;
        let mut previous = match from.checked_sub(1).map(|before| &self.lines[before]) {
            Some(before) if before.chain == chain => before.hash.clone(),
            _ => chain::NOTHING.to_vec(),
        };
        for line in self.lines.iter_mut().skip(from).take_while(|line| line.chain == chain) {
            line.hash = line.hash_after(forged, PRACTICE, &previous).to_vec();
            previous.clone_from(&line.hash);
        }
    }
}

struct Reading<'k> {
    kept: &'k Kept,
    line: usize,
    checkpoint: usize,
}

impl Trail for Reading<'_> {
    type Error = Infallible;

    fn lines(&mut self) -> Result<Vec<Line>, Infallible> {
        let page: Vec<Line> = self.kept.lines.iter().skip(self.line).take(7).cloned().collect();
        self.line += page.len();
        Ok(page)
    }

    fn hash_of(&mut self, chain: i64, seq: i64) -> Result<Option<Vec<u8>>, Infallible> {
        let found = self.kept.lines.iter().find(|line| (line.chain, line.seq) == (chain, seq));
        Ok(found.map(|line| line.hash.clone()))
    }

    fn checkpoints(&mut self) -> Result<Vec<Checkpoint>, Infallible> {
        let page: Vec<Checkpoint> =
            self.kept.checkpoints.iter().skip(self.checkpoint).take(2).cloned().collect();
        self.checkpoint += page.len();
        Ok(page)
    }

    fn checkpoint(&mut self, number: i64) -> Result<Option<Checkpoint>, Infallible> {
        Ok(self.kept.checkpoints.iter().find(|checkpoint| checkpoint.number == number).cloned())
    }
}

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

fn change_a_column(line: &mut Line, column: usize, chance: &mut Chance) {
    let alter = |text: &mut String, chance: &mut Chance| match chance.below(3) {
        0 => text.push('x'),
        1 => drop(text.pop()),
        _ => *text = "019a0000-0000-7000-8000-999999999999".into(),
    };
    match column {
        0 => line.chain += 1 + chance.below(40) as i64,
        1 => line.seq += [-1, 1, 5][chance.below(3)],
        2 => line.at += 1 - 2 * (chance.below(2) as i64),
        3 => alter(&mut line.id, chance),
        4 => alter(&mut line.actor, chance),
        5 => alter(&mut line.for_whom, chance),
        6 => alter(&mut line.action, chance),
        7 => alter(&mut line.class, chance),
        8 => line.client = if line.client.is_none() { Some(String::new()) } else { None },
        9 => alter(&mut line.object, chance),
        10 => alter(&mut line.outcome, chance),
        11 => alter(&mut line.rule, chance),
        12 => alter(&mut line.origin, chance),
        13 => line.ties = if line.ties.is_none() { Some(String::new()) } else { None },
        _ => {
            let at = chance.below(line.hash.len());
            line.hash[at] ^= 1 << chance.below(8);
        }
    }
}

fn change_a_checkpoint(kept: &mut Kept, chance: &mut Chance) {
    let at = chance.below(kept.checkpoints.len());
    let forger = Signer::of(&[9; 32]).unwrap();
    let forged = &mut kept.checkpoints[at];
    match chance.below(8) {
        0 => drop(kept.checkpoints.remove(at)),
        1 => forged.at += 1,
        2 => forged.heads.push('0'),
        3 => forged.previous[0] ^= 1,
        4 => forged.hash[31] ^= 1,
        5 => forged.signature[0] ^= 1,
        6 => forged.number += 1,
        _ => {
            let place = (PRACTICE, forged.number, forged.at);
            *forged = Checkpoint::make(place, &[], &forged.previous.clone(), &forger);
        }
    }
}

/// One tampering. What kind, for the message when it was not found.
fn tamper(kept: &mut Kept, chance: &mut Chance) -> &'static str {
    let count = kept.lines.len();
    let (at, other) = (chance.below(count), chance.below(count));
    match chance.below(10) {
        0 | 1 => {
            let column = chance.below(15);
            change_a_column(&mut kept.lines[at], column, chance);
            "a column changed"
        }
        2 => {
            kept.lines.swap(at, other);
            "two lines swapped"
        }
        3 => {
            let (a, b) = (kept.lines[at].clone(), kept.lines[other].clone());
            let place = |line: &Line| (line.chain, line.seq, line.hash.clone());
            let ((chain, seq, hash), (to_chain, to_seq, to_hash)) = (place(&a), place(&b));
            kept.lines[at] = Line { chain, seq, hash, ..b };
            kept.lines[other] = Line { chain: to_chain, seq: to_seq, hash: to_hash, ..a };
            "the contents of two lines swapped"
        }
        4 => {
            kept.lines.remove(at);
            "a line deleted"
        }
        5 => {
            let chain = kept.lines[at].chain;
            let seq = kept.lines[at].seq;
            kept.lines.retain(|line| line.chain != chain || line.seq < seq);
            "the end of a chain deleted"
        }
        6 => {
            let double = kept.lines[at].clone();
            kept.lines.insert(other, double);
            "a line doubled"
        }
        7 => {
            let mut forged = kept.lines[at].clone();
            forged.object = "episode forged".into();
            forged.seq += 1;
            kept.lines.insert(at + 1, forged);
            let chain = kept.lines[at].chain;
            for line in kept.lines.iter_mut().skip(at + 2).take_while(|line| line.chain == chain) {
                line.seq += 1;
            }
            kept.rechain(at + 1, &ChainKey::of(&[3; 32]));
            "a line inserted, those after it moved and chained again without the key"
        }
        8 => {
            kept.lines[at].actor = "somebody else".into();
            kept.rechain(at, &ChainKey::of(&[3; 32]));
            "chained again from the middle without the key"
        }
        _ => {
            change_a_checkpoint(kept, chance);
            "a checkpoint tampered with"
        }
    }
}

#[test]
fn l2_ten_thousand_ways_to_tamper_with_a_trail_are_all_found() {
    let whole = Kept::generate();
    let verified = whole.verified();
    assert!(verified.is_well(), "{:?}", verified.findings);
    assert_eq!((verified.lines, verified.chains, verified.checkpoints), (30, 4, 3));
    let mut chance = Chance(20_261_124);
    let mut tried = 0;
    while tried < MUTATIONS {
        let mut tampered = whole.clone();
        let how = tamper(&mut tampered, &mut chance);
        if tampered == whole {
            continue;
        }
        tried += 1;
        assert!(!tampered.verified().is_well(), "number {tried} was not found: {how}");
    }
}

#[test]
fn l2_the_first_bad_line_of_each_chain_is_named() {
    let mut kept = Kept::generate();
    for line in &mut kept.lines {
        if (line.chain, line.seq) == (11, 3) || (line.chain, line.seq) == (22, 2) {
            line.outcome = "done and dusted".into();
        }
    }
    let found = kept.verified().findings;
    assert_eq!(found, vec![Finding::Altered { chain: 11, seq: 3 }, Finding::Altered { chain: 22, seq: 2 }]);
    assert_eq!(found[0].to_string(), "chain 000000000000000b: line 3 was altered");
}

#[test]
fn l2_a_lost_end_is_found_by_what_names_it_and_a_missing_middle_by_its_numbers() {
    let mut kept = Kept::generate();
    let last = kept.lines.iter().filter(|line| line.chain == 22).map(|line| line.seq).max().unwrap();
    kept.lines.retain(|line| line.chain != 22 || line.seq < last);
    kept.lines.retain(|line| line.chain != 33 || !(2..4).contains(&line.seq));
    let found = kept.verified().findings;
    assert!(found.contains(&Finding::Missing { chain: 33, from: 2, to: 3 }), "{found:?}");
    let lost = |finding: &Finding| matches!(finding, Finding::Gone { chain: 22, seq, .. } if *seq == last);
    assert!(found.iter().any(lost), "{found:?}");
}

#[test]
fn l2_a_line_added_at_the_end_without_the_key_is_found() {
    let mut kept = Kept::generate();
    let last = kept.lines.last().unwrap().clone();
    let mut forged = Line { seq: last.seq + 1, object: "episode 99".into(), ..last.clone() };
    forged.hash = forged.hash_after(&ChainKey::of(&[3; 32]), PRACTICE, &last.hash).to_vec();
    kept.lines.push(forged);
    assert_eq!(kept.verified().findings, vec![Finding::Altered { chain: last.chain, seq: last.seq + 1 }]);
}
