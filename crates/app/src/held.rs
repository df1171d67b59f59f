//! Traces of reads made while nothing could be written: into the trail as soon as it takes them.

use crate::App;
use store::{StoreError, Tx, audit};

impl App {
    /// Appends what was held to the trail and forgets it; gives how many lines. Doing it twice appends nothing twice.
    ///
    /// # Errors
    /// The store's failure; what was not appended is still held.
    pub async fn append_held(&self) -> Result<usize, StoreError> {
        let _alone = self.appending.lock().await;
        let lines = self.db.held()?;
        for line in &lines {
            // A torn last line tells of a read that was refused, since it was never synced.
            let Ok((practice, entry)) = audit::held(line) else { continue };
            let append = move |tx: &mut Tx<'_>| match audit::has(tx, practice, &entry)? {
                true => Ok::<_, StoreError>(()),
                false => audit::append(tx, practice, &entry),
            };
            self.db.write_in(practice, append).await?;
        }
        self.db.forget_held(lines.len())?;
        Ok(lines.len())
    }

    /// Waits for the next moment at which writing begins again.
    pub async fn writing_again(&self) {
        let mut state = self.db.watch_state();
        // An error means that the database is closed; then there is nothing to wait for either.
        let stopped = state.wait_for(|state| state.fault().is_some()).await.is_ok();
        if stopped {
            state.wait_for(|state| state.fault().is_none()).await.ok();
        }
    }
}
