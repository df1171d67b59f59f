//! The only HTTP and HTML of Attune: routes, pages, views, forms and assets.
//!
//! [`ui`] is the design system as plain functions, [`locale`] gives every text a person reads,
//! [`assets`] serves the style sheet, the scripts and the pictures under hashed addresses, `pages` holds one
//! module per page or small family of pages, `kernel` what they all stand on: the route table, the guard at the
//! door, forms, errors.

pub mod assets;
mod kernel;
pub mod locale;
mod pages;
pub mod ui;
mod worksheet;

pub use kernel::metrics::{Metrics, serve_metrics};
pub use kernel::proxies::{Network, NotANetwork, Proxies};
pub use kernel::routes::{Policy, router, table};
pub use kernel::serve::{Entrance, Limits, serve};
pub use kernel::state::Web;
pub use kernel::tls::{Tls, TlsError};
