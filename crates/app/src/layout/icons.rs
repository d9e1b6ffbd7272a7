//! The house's own icons: drawn on a 20 by 20 grid with one stroke, coloured by the text around them.
//!
//! An icon never stands alone: the word is beside it or in the button's label.

use maud::{Markup, PreEscaped, html};

macro_rules! icons {
    ($($name:ident $path:literal),+ $(,)?) => {
        /// One drawing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon { $($name),+ }

        impl Icon {
            /// Every icon, for the style page.
            pub const ALL: &'static [Icon] = &[$(Icon::$name),+];

            /// The line, as the `d` of an SVG path.
            pub fn path(self) -> &'static str {
                match self { $(Icon::$name => $path),+ }
            }
        }
    };
}

icons! {
    // places of the house
    Queue "M3 5h9M3 10h14M3 15h6M15.5 3v4M13.5 5h4",
    Ticket "M3 6.5V5h14v3.2a1.8 1.8 0 0 0 0 3.6V15H3v-3.2a1.8 1.8 0 0 0 0-3.6V6.5M8 8h5M8 12h3",
    Inbox "M3 11l2-6.5h10L17 11v5H3zM3 11h4.4a2.6 2.6 0 0 0 5.2 0H17",
    Customers "M3.5 17V7.5L10 3l6.5 4.5V17M3 17h14M8 17v-4.5h4V17M8 9h.01M12 9h.01",
    Site "M10 17.5s-5.5-4.8-5.5-9a5.5 5.5 0 0 1 11 0c0 4.2-5.5 9-5.5 9M10 10.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
    Contact "M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10M4 16.8c.6-3 3-4.6 6-4.6s5.4 1.6 6 4.6",
    Contract "M5 2.8h7l3.5 3.5v10.9H5zM12 2.8v3.7h3.5M7.5 10h5M7.5 13h3",
    Article "M10 5.5C8.4 4.2 6 3.8 3 4v11c3-.2 5.4.2 7 1.5 1.6-1.3 4-1.7 7-1.5V4c-3-.2-5.4.2-7 1.5M10 5.5v11",
    Product "M10 2.8l6.5 3.5v7.4L10 17.2l-6.5-3.5V6.3zM3.5 6.3L10 9.9l6.5-3.6M10 9.9v7.3",
    Asset "M3.5 4h13v5h-13zM3.5 11h13v5h-13zM6 6.5h.01M6 13.5h.01M9 6.5h5M9 13.5h5",
    People "M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4M2.5 16c.4-2.7 2.4-4.2 5-4.2s4.6 1.5 5 4.2M13 4.4a2.5 2.5 0 0 1 0 4.8M14.5 11.9c1.7.5 2.8 1.9 3 4.1",
    Team "M10 8.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4M4.8 9.8a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4M15.2 9.8a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4M6 16c.3-2.7 1.8-4.4 4-4.4s3.7 1.7 4 4.4M2.2 15c.1-1.8 1-3 2.6-3M17.8 15c-.1-1.8-1-3-2.6-3",
    Promise "M10 2.8l6 2.2v4.6c0 3.6-2.4 6.3-6 7.6-3.6-1.3-6-4-6-7.6V5zM7.3 10l2 2 3.6-4",
    Ledger "M4.5 3h11v14h-11zM7.5 3v14M10 7h3M10 10h3",
    Scorecard "M3 17h14M5 17v-5M9 17V8M13 17v-7M17 17V4",
    Settings "M3 6h8M15 6h2M3 14h2M9 14h8M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4M7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
    Import "M10 3v9M6.5 9l3.5 3.5L13.5 9M3.5 14v3h13v-3",
    Export "M10 12.5v-9M6.5 6.5L10 3l3.5 3.5M3.5 14v3h13v-3",
    // states
    OnTime "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M7 10.2l2.2 2.2L13.2 8",
    Clock "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 6v4.2l2.8 1.6",
    Risk "M10 3.2L17.5 16.5h-15zM10 8v4M10 14.2h.01",
    Late "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 6v4.5M10 13.5h.01",
    Breach "M7 3h6l4 4v6l-4 4H7l-4-4V7zM7.5 7.5l5 5M12.5 7.5l-5 5",
    Pause "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M8 7.5v5M12 7.5v5",
    Waived "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M6.8 10h6.4",
    Void "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M5.2 14.8l9.6-9.6",
    Agreed "M2.5 9.5L6 6l3.5 2 2-2 6 4.5-3 3.5M6.5 11.5l3 3M9 10l3.5 3.5M3.5 10.5l5 5.5 2-1",
    Emergency "M10 3v2M4.5 5.5L6 7M15.5 5.5L14 7M5.5 16v-4a4.5 4.5 0 0 1 9 0v4M3.5 16.5h13",
    Info "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 9.5v4M10 6.7h.01",
    Lock "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
    Eye "M2.5 10s2.8-4.8 7.5-4.8 7.5 4.8 7.5 4.8-2.8 4.8-7.5 4.8S2.5 10 2.5 10M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4",
    // acts
    Add "M10 4v12M4 10h12",
    Edit "M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2zM11.3 6.1l2.6 2.6",
    Check "M4 10.5l4 4 8-9",
    Cross "M5 5l10 10M15 5L5 15",
    Search "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M13 13l4 4",
    Filter "M3 5h14M6 10h8M8.5 15h3",
    Archive "M3 4h14v3.5H3zM4.5 7.5V16h11V7.5M8 11h4",
    Link "M8.5 11.5a3 3 0 0 0 4.2 0l2.6-2.6a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.6 2.6a3 3 0 0 0 4.2 4.2l1-1",
    Merge "M5 3v4c0 3 5 3 5 6v4M15 3v4c0 3-5 3-5 6M7.5 14.5L10 17l2.5-2.5",
    Split "M10 3v4c0 3-5 3-5 6v4M10 7c0 3 5 3 5 6v4M2.8 14.8L5 17l2.2-2.2M12.8 14.8L15 17l2.2-2.2",
    Attach "M14.5 9.5l-5.2 5.2a3 3 0 0 1-4.2-4.2l6-6a2 2 0 0 1 2.9 2.9l-5.8 5.8a1 1 0 0 1-1.4-1.4l5-5",
    Camera "M3 6.5h3.5L8 4.5h4l1.5 2H17V16H3zM10 13.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4",
    Phone "M5 3.5h2.7l1.2 3.6-1.7 1.3a9 9 0 0 0 4.4 4.4l1.3-1.7 3.6 1.2V15c0 1-.8 1.7-1.8 1.6A12.5 12.5 0 0 1 3.4 5.3C3.3 4.3 4 3.5 5 3.5",
    Mail "M3 5h14v10H3zM3 5.5l7 5.5 7-5.5",
    Note "M4 3.5h12v9l-4 4H4zM12 16.5v-4h4M7 7h6M7 10h4",
    Arrive "M10 3v8M6.5 7.5L10 11l3.5-3.5M4 16.5h12",
    Assign "M8 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6M2.8 16.2c.5-2.8 2.5-4.3 5.2-4.3 1 0 1.9.2 2.6.6M15 11.5v5M12.5 14h5",
    Undo "M7 4L3.5 7.5 7 11M4 7.5h7.5a4.2 4.2 0 0 1 0 8.5H8",
    Refresh "M16 10a6 6 0 1 1-1.8-4.3M16 3v3.5h-3.5",
    More "M5 10h.01M10 10h.01M15 10h.01",
    Menu "M3 5.5h14M3 10h14M3 14.5h14",
    Next "M8 5l5 5-5 5",
    Back "M12 5l-5 5 5 5",
    Down "M5 8l5 5 5-5",
    External "M8 4H4v12h12v-4M11 4h5v5M16 4l-7.5 7.5",
    Copy "M7 7h9v10H7zM13 7V3H4v10h3",
    Key "M7.5 13.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6M11 9.7h6.5v3M14.5 9.7v2.3",
    Keyboard "M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.7h7",
    SignOut "M8 3.5H4v13h4M12 6.5l3.5 3.5-3.5 3.5M15.5 10H8",
    Sun "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1",
    Moon "M16 11.8A6.5 6.5 0 1 1 8.2 4a5.2 5.2 0 0 0 7.8 7.8",
    Auto "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 3v14M10 6l4.5 0M10 9h6.5M10 12h6.3M10 15h4.5",
    Language "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M3 10h14M10 3c2 2 2.8 4.3 2.8 7S12 15 10 17c-2-2-2.8-4.3-2.8-7S8 5 10 3",
}

/// Draws an icon; it is hidden from screen readers because a word always stands with it.
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false" {
            (PreEscaped(format_args!("<path d=\"{}\"/>", icon.path()).to_string()))
        }
    }
}
