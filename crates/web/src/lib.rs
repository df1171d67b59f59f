//! The only HTTP and HTML of Attune: routes, pages, views, forms and assets.
//!
//! [`ui`] is the design system as plain functions, [`locale`] gives every text a person reads,
//! [`assets`] serves the style sheet, the scripts and the pictures under hashed addresses.

pub mod assets;
pub mod locale;
pub mod ui;
