//! A connection to PostgreSQL on which statements can go out together.
//!
//! The server answers one after the other, and each answer that is waited for costs both sides a switch between
//! processes. What needs no answer before the next statement (the beginning of a transaction, a row that is added) is
//! put [ahead](Wire::ahead): it goes out with the next statement that is [waited for](Wire::wait), and a failure of it
//! is that one's failure. Once something failed, PostgreSQL refuses everything up to the end of the transaction, and a
//! COMMIT undoes it: nothing that was put ahead can be lost without being told.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Error};

use super::error::StoreError;
use super::postgres::error;
use super::server::{self, Server};

/// How long saying goodbye to the server may take.
const FAREWELL: Duration = Duration::from_secs(1);

type Unanswered = server::Talk;

pub(crate) struct Wire {
    // Dropped in this order: the line is closed when nobody holds the client any more.
    client: Arc<Client>,
    ahead: VecDeque<Unanswered>,
    line: Line,
    used: Instant,
    /// Whether what failed last was something put ahead.
    failed_ahead: bool,
}

/// The connection itself, driven while somebody waits.
struct Line {
    runtime: Runtime,
    talk: Talk,
}

/// What reads and writes, until it has ended.
struct Talk(Option<Unanswered>);

impl Wire {
    pub(crate) fn connect(server: &Server) -> Result<Self, StoreError> {
        let unusable = |wrong: std::io::Error| StoreError::Unavailable(wrong.to_string());
        let runtime = Builder::new_current_thread().enable_all().build().map_err(unusable)?;
        let (client, talk) = runtime.block_on(server.reach())?;
        let line = Line { runtime, talk: Talk(Some(talk)) };
        Ok(Self {
            client: Arc::new(client),
            ahead: VecDeque::new(),
            line,
            used: Instant::now(),
            failed_ahead: false,
        })
    }

    /// What statements are made with.
    pub(crate) fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    /// Whether the connection was used a moment ago and the server has not ended it since.
    pub(crate) fn is_warm(&mut self, within: Duration) -> bool {
        if self.used.elapsed() > within {
            return false;
        }
        let Line { runtime, talk } = &mut self.line;
        // Lets the runtime look at the socket first.
        runtime.block_on(tokio::task::yield_now());
        Self::glance(runtime, talk);
        talk.is_open()
    }

    fn glance(runtime: &Runtime, talk: &mut Talk) {
        runtime.block_on(std::future::poll_fn(|context| {
            drop(talk.poll(context));
            Poll::Ready(())
        }));
    }

    pub(crate) fn is_closed(&self) -> bool {
        !self.line.talk.is_open() || self.client.is_closed()
    }

    /// Puts a request ahead. It must not depend on any answer that is still to come.
    ///
    /// # Errors
    /// The request could not even be written, or the connection is known to be closed.
    pub(crate) fn ahead(
        &mut self,
        request: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) -> Result<(), StoreError> {
        let mut request: Unanswered = Box::pin(request);
        // A request is handed to the connection when it is asked for the first time.
        match request.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done.map_err(|wrong| error(&wrong)),
            Poll::Pending => {
                self.ahead.push_back(request);
                Ok(())
            }
        }
    }

    /// Whether what failed last was something put ahead, so that the request after it cannot have happened.
    pub(crate) fn failed_ahead(&self) -> bool {
        self.failed_ahead
    }

    /// Whether an answer is still to come.
    pub(crate) fn is_ahead(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// Sends everything that was put ahead, and does not wait for the answers.
    pub(crate) fn push(&mut self) {
        let Line { runtime, talk } = &mut self.line;
        Self::glance(runtime, talk);
    }

    /// Sends a request after everything that was put ahead, and waits for all answers.
    ///
    /// # Errors
    /// The first failure, of what was put ahead or of the request.
    pub(crate) fn wait<T>(
        &mut self,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, StoreError> {
        let (ahead, Line { runtime, talk }) = (&mut self.ahead, &mut self.line);
        let mut request = pin!(request);
        let (mut answer, mut first) = (None, None);
        let mut listen = |context: &mut Context<'_>, first: &mut Option<Error>| {
            while let Some(Poll::Ready(done)) = ahead.front_mut().map(|next| next.as_mut().poll(context)) {
                ahead.pop_front();
                *first = first.take().or(done.err());
            }
            if answer.is_none()
                && let Poll::Ready(done) = request.as_mut().poll(context)
            {
                answer = Some(done);
            }
            if ahead.is_empty() { answer.take().map_or(Poll::Pending, Poll::Ready) } else { Poll::Pending }
        };
        let answer = runtime.block_on(std::future::poll_fn(|context| {
            if let Poll::Ready(answer) = listen(context, &mut first) {
                return Poll::Ready(answer);
            }
            let ended = talk.poll(context);
            first = first.take().or(ended);
            listen(context, &mut first)
        }));
        self.used = Instant::now();
        self.failed_ahead = first.is_some();
        match first {
            Some(wrong) => Err(error(&wrong)),
            None => answer.map_err(|wrong| error(&wrong)),
        }
    }
}

impl Talk {
    /// Reads and writes what can be read and written now. An end of the connection leaves nobody waiting: every answer
    /// that is still to come is an error then.
    fn poll(&mut self, context: &mut Context<'_>) -> Option<Error> {
        let Poll::Ready(ended) = self.0.as_mut()?.as_mut().poll(context) else { return None };
        self.0 = None;
        ended.err()
    }

    fn is_open(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(talk) = self.talk.0.take() {
            // A server that does not hear it finds out by itself.
            let _ = self.runtime.block_on(async { tokio::time::timeout(FAREWELL, talk).await });
        }
    }
}
