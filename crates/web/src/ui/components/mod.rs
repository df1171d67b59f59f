//! The components, by noun. Functions and builders; builders go into a page as `(Button::submit("Save"))`.

mod badge;
mod button;
mod card;
mod course;
mod field;
mod list;
mod notice;
mod options;
mod steer;
mod table;

pub use badge::{Tone, badge, severity_badge};
pub use button::{Button, Look, button_row, post_button, print_button};
pub use card::{Card, CardLook, confirm, disclosure, empty_state, stamp};
pub use course::{PhaseStrip, SessionMark, course_strip, progress};
pub use field::{
    ErrorLink, Field, Input, InputKind, date_field, error_summary, field_id, fieldset, hidden, record_fields,
    text_area, text_field,
};
pub use list::{Moment, PersonRow, definition_list, initials, people_list, person, timeline};
pub use notice::notice;
pub use options::{Choice, answer_buttons, check_box, check_boxes, radios, scale, select};
pub use steer::{Crumb, PageStep, Tab, breadcrumbs, pager, tabs};
pub use table::{Caption, Column, ColumnKind, data_table};
