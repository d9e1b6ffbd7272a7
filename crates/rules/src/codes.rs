//! Closed lists of words that are stored, sent and asked about, such as a kind or a state.

/// Declares an enum whose cases each have one stable code.
///
/// The code is what the database, the API and the facts hold; the words for people are in `locales/`
/// under `<prefix>-<code>`.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident($prefix:literal) {
            $( $(#[$case_meta:meta])* $case:ident = $code:literal ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $vis enum $name {
            $( $(#[$case_meta])* #[serde(rename = $code)] $case ),+
        }

        impl $name {
            /// Every case, in the order in which lists show them.
            pub const ALL: &'static [$name] = &[$($name::$case),+];

            /// The stable code of this case.
            pub const fn code(self) -> &'static str {
                match self { $($name::$case => $code),+ }
            }

            /// The key of this case's word in the locales.
            pub const fn label(self) -> &'static str {
                match self { $($name::$case => concat!($prefix, "-", $code)),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::refusal::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($code => Ok($name::$case),)+
                    _ => Err($crate::refusal::UnknownCode { given: text.to_owned(), known: &[$($code),+] }),
                }
            }
        }
    };
}
