//! The keys a transaction works with: loaded with the rows that name them, unwrapped when they are used.

use domain::access::Grant;
use domain::ids::{ClientId, EpisodeId, PracticeId};
use jiff::Timestamp;

use super::cipher::{self, Cipher, KEY_LEN};
use super::rows::{ADD_CLIENT_KEY, ADD_PRACTICE_KEY, CLIENT_FIELD, CLIENT_KEY, PRACTICE_FIELD, PRACTICE_KEY};
use super::{Class, KeyError, RootKey, Seal, Taken, Vault, start};
use crate::kernel::{Row, StoreError, Tx};

/// Whose key.
type Whose = (PracticeId, ClientId, Class);

/// A client's key as its row holds it.
#[derive(Debug, Clone)]
pub(crate) struct Wrapped {
    pub(crate) created_at: Timestamp,
    pub(crate) bytes: Vec<u8>,
}

/// A client's key that came with another row, `created_at` and `wrapped` from `at` on; none where it was destroyed.
pub(crate) fn wrapped(row: &Row<'_>, at: usize) -> Result<Option<Wrapped>, StoreError> {
    let bytes: Option<Vec<u8>> = row.get(at + 1)?;
    let created_at: Option<Timestamp> = row.get(at)?;
    Ok(created_at.zip(bytes).map(|(created_at, bytes)| Wrapped { created_at, bytes }))
}

#[derive(Debug)]
enum Held {
    /// As read; whoever may not use it never unwraps it.
    Wrapped(Wrapped),
    Open(Seal),
    /// Looked for and not there: destroyed.
    Gone,
}

/// What a transaction knows of keys.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    practices: Vec<(PracticeId, Seal)>,
    clients: Vec<(Whose, Held)>,
    episodes: Vec<(PracticeId, EpisodeId, ClientId)>,
}

impl Ring {
    fn client(&self, whose: Whose) -> Option<&Held> {
        self.clients.iter().rev().find(|(known, _)| *known == whose).map(|(_, held)| held)
    }

    fn hold(&mut self, whose: Whose, held: Held) {
        match self.clients.iter_mut().rev().find(|(known, _)| *known == whose) {
            Some((_, before)) => *before = held,
            None => self.clients.push((whose, held)),
        }
    }
}

impl Tx<'_> {
    /// The keys of the installation.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The same, to be asked while a query runs.
    pub(crate) fn share_vault(&self) -> std::sync::Arc<Vault> {
        std::sync::Arc::clone(&self.vault)
    }

    /// The key that closes names, addresses and secrets of a practice's accounts.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::NoKey`] when it is not there or the root key at hand does not open it.
    pub fn practice_key(&mut self, practice: PracticeId) -> Result<Seal, StoreError> {
        if let Some((_, seal)) = self.ring.practices.iter().find(|(known, _)| *known == practice) {
            return Ok(seal.clone());
        }
        if let Some(cipher) = self.vault.practice(practice) {
            return Ok(Seal(cipher));
        }
        let seal = self.read_practice_key(practice)?;
        self.vault.learn_practice(practice, &seal.0);
        Ok(seal)
    }

    /// The same as its row holds it now.
    ///
    /// # Errors
    /// As [`Tx::practice_key`].
    pub(crate) fn read_practice_key(&mut self, practice: PracticeId) -> Result<Seal, StoreError> {
        let read = self.one(PRACTICE_KEY, &[&practice], |row| {
            Ok((row.get::<String>(1)?, Taken::of(&PRACTICE_FIELD, row, 0)?))
        })?;
        let (id, taken) = read.ok_or_else(|| no_key("practice", practice))?;
        let root = self.root_key(&id)?.ok_or_else(|| no_key("practice", practice))?;
        let key = Seal(root.cipher()?).bytes_of(&taken)?;
        Ok(Seal(as_cipher(&key)?))
    }

    /// The root key of that name, also one that the database was closed with since the program began.
    fn root_key(&mut self, id: &str) -> Result<Option<RootKey>, StoreError> {
        let vault = self.share_vault();
        if let Some(root) = vault.keys.find(id) {
            return Ok(Some(root));
        }
        let kept = start::kept(self)?.filter(|kept| kept.root_key == id);
        let found = match kept {
            Some(kept) => vault.keys.find_with(id, kept.stretch.as_ref())?,
            None => None,
        };
        if found.is_none() {
            tracing::warn!(
                key = id,
                "the database was closed with a root key that this program does not have: start it anew with that key"
            );
        }
        Ok(found)
    }

    /// Whether the key of a practice is closed, like the whole database, with a root key that came since this program
    /// began and that it does not have. Nothing is broken then.
    pub(crate) fn is_closed_anew(&mut self, practice: PracticeId) -> Result<bool, StoreError> {
        let Some(kept) = start::kept(self)? else { return Ok(false) };
        let named = self.one(PRACTICE_KEY, &[&practice], |row| row.get::<String>(1))?;
        Ok(named.as_ref() == Some(&kept.root_key) && self.root_key(&kept.root_key)?.is_none())
    }

    /// Makes the key of a practice that is being founded.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has one.
    pub(crate) fn new_practice_key(&mut self, practice: PracticeId) -> Result<Seal, StoreError> {
        // By the generation the database stands at, also when another process has just moved it on.
        let id = match start::kept(self)? {
            Some(kept) => kept.root_key,
            None => self
                .vault
                .keys
                .known()
                .and_then(|known| Some(known.current()?.id().to_owned()))
                .unwrap_or_default(),
        };
        let root = self.root_key(&id)?.ok_or_else(|| no_key("root", id.clone()))?;
        let secret = cipher::new_secret()?;
        let wrapped = Seal(root.cipher()?).bytes(&PRACTICE_FIELD, &[&practice, &id], secret.as_slice())?;
        self.exec(ADD_PRACTICE_KEY, &[&practice, &id, &wrapped])?;
        let seal = Seal(Cipher::new(&secret)?);
        self.ring.practices.push((practice, seal.clone()));
        Ok(seal)
    }

    /// Remembers a client's wrapped key that came with another row; `None` means that there is none.
    pub(crate) fn hold_client_key(&mut self, whose: (PracticeId, ClientId, Class), wrapped: Option<Wrapped>) {
        if !matches!(self.ring.client(whose), Some(Held::Open(_))) {
            self.ring.hold(whose, wrapped.map_or(Held::Gone, Held::Wrapped));
        }
    }

    /// Forgets a client's keys, which were just destroyed.
    pub(crate) fn forget_client_keys(&mut self, practice: PracticeId, client: ClientId) {
        for class in [Class::Chart, Class::Notes] {
            self.ring.hold((practice, client, class), Held::Gone);
        }
    }

    /// Whether the key of a client's record was looked for in this transaction and is not there: it was destroyed.
    #[must_use]
    pub fn is_erased(&self, practice: PracticeId, client: ClientId) -> bool {
        matches!(self.ring.client((practice, client, Class::Chart)), Some(Held::Gone))
    }

    /// Remembers whose episode it is, so that its key is found without asking again.
    pub(crate) fn hold_episode(&mut self, practice: PracticeId, episode: EpisodeId, client: ClientId) {
        if !self.ring.episodes.contains(&(practice, episode, client)) {
            self.ring.episodes.push((practice, episode, client));
        }
    }

    /// One of a client's keys.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] when it was destroyed or never made; [`StoreError::Broken`] when it was changed.
    pub fn client_key(
        &mut self,
        practice: PracticeId,
        client: ClientId,
        class: Class,
    ) -> Result<Seal, StoreError> {
        let whose = (practice, client, class);
        let wrapped = match self.ring.client(whose) {
            Some(Held::Open(seal)) => return Ok(seal.clone()),
            Some(Held::Gone) => None,
            Some(Held::Wrapped(wrapped)) => Some(wrapped.clone()),
            None => self.one(CLIENT_KEY, &[&practice, &client, &class.code()], |row| {
                Ok(Wrapped { created_at: row.get(0)?, bytes: row.get(1)? })
            })?,
        };
        let Some(wrapped) = wrapped else {
            self.ring.hold(whose, Held::Gone);
            let what = match class {
                Class::Chart => "client",
                Class::Notes => "the psychotherapy notes of client",
            };
            return Err(no_key(what, client));
        };
        let seal = self.unwrap_client_key(whose, &wrapped)?;
        self.ring.hold(whose, Held::Open(seal.clone()));
        Ok(seal)
    }

    /// Unwraps a client's key that came with another row, without remembering it in the transaction.
    fn unwrap_client_key(
        &mut self,
        (practice, client, class): (PracticeId, ClientId, Class),
        wrapped: &Wrapped,
    ) -> Result<Seal, StoreError> {
        let practice_key = self.practice_key(practice)?;
        self.vault.unwrap(&practice_key, (practice, client, class), wrapped)
    }

    /// Makes one of a client's keys. Its row refers to the client's: [`Tx::keep_client_key`] writes it after that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn new_client_key(
        &mut self,
        (practice, client, class): (PracticeId, ClientId, Class),
        now: Timestamp,
    ) -> Result<NewClientKey, StoreError> {
        let secret = cipher::new_secret()?;
        let wrapped = self.practice_key(practice)?.bytes(
            &CLIENT_FIELD,
            &[&practice, &client, &class.code(), &now],
            secret.as_slice(),
        )?;
        let seal = Seal(Cipher::new(&secret)?);
        Ok(NewClientKey { whose: (practice, client, class), now, wrapped, seal })
    }

    /// Writes the row of a new client key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the client has one of that class.
    pub(crate) fn keep_client_key(&mut self, new: NewClientKey) -> Result<Seal, StoreError> {
        let (practice, client, class) = new.whose;
        self.exec(ADD_CLIENT_KEY, &[&practice, &client, &class.code(), &new.now, &new.wrapped])?;
        self.ring.hold(new.whose, Held::Open(new.seal.clone()));
        Ok(new.seal)
    }

    /// The key of the class of the client, made now if there is none yet.
    ///
    /// # Errors
    /// As [`Tx::client_key`].
    pub fn client_key_or_new(
        &mut self,
        practice: PracticeId,
        client: ClientId,
        class: Class,
        now: Timestamp,
    ) -> Result<Seal, StoreError> {
        match self.client_key(practice, client, class) {
            Err(StoreError::NoKey { .. }) => {
                let new = self.new_client_key((practice, client, class), now)?;
                self.keep_client_key(new)
            }
            other => other,
        }
    }

    /// The key of the granted client's record.
    ///
    /// # Errors
    /// As [`Tx::client_key`]; [`StoreError::NoKey`] when the grant is about no client.
    pub fn chart_key(&mut self, grant: &Grant) -> Result<Seal, StoreError> {
        let client = grant.client().ok_or_else(|| no_key("client", "of this grant"))?;
        self.client_key(grant.scope().practice(), client, Class::Chart)
    }

    /// The key of the record an episode belongs to.
    ///
    /// # Errors
    /// As [`Tx::client_key`].
    pub fn episode_key(&mut self, practice: PracticeId, episode: EpisodeId) -> Result<Seal, StoreError> {
        let known = self.ring.episodes.iter().find(|known| known.0 == practice && known.1 == episode);
        let client = match known {
            Some((_, _, client)) => Some(*client),
            None => crate::episodes::client_of(self, practice, episode)?,
        };
        let client = client.ok_or_else(|| no_key("episode", episode))?;
        self.hold_episode(practice, episode, client);
        self.client_key(practice, client, Class::Chart)
    }
}

impl Vault {
    /// Unwraps a client's key with its practice's; what was unwrapped a moment ago is remembered by its wrapped bytes.
    pub(crate) fn unwrap(
        &self,
        practice_key: &Seal,
        (practice, client, class): Whose,
        wrapped: &Wrapped,
    ) -> Result<Seal, StoreError> {
        let place = CLIENT_FIELD.place(&[&practice, &client, &class.code(), &wrapped.created_at])?;
        let name = [wrapped.bytes.as_slice(), place.bytes()].concat();
        if let Some(cipher) = self.clients.get(&name) {
            return Ok(Seal(cipher));
        }
        let key = practice_key.0.open(place.bytes(), &wrapped.bytes);
        let cipher = as_cipher(&key.map_err(|_| CLIENT_FIELD.broken(&place))?)?;
        self.clients.put(name, &cipher);
        Ok(Seal(cipher))
    }
}

/// A client's key before its row is written.
pub(crate) struct NewClientKey {
    whose: Whose,
    now: Timestamp,
    wrapped: Vec<u8>,
    pub(crate) seal: Seal,
}

pub(super) fn as_cipher(bytes: &[u8]) -> Result<Cipher, cipher::CipherError> {
    let bytes: [u8; KEY_LEN] = bytes.try_into().map_err(|_| cipher::CipherError)?;
    Cipher::new(&zeroize::Zeroizing::new(bytes))
}

fn no_key(what: &str, id: impl std::fmt::Display) -> StoreError {
    StoreError::NoKey { whose: format!("{what} {id}") }
}

impl From<KeyError> for StoreError {
    fn from(wrong: KeyError) -> Self {
        StoreError::other("key", wrong.to_string())
    }
}
