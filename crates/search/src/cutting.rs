//! How the text of each field of the index is cut into terms, as the library calls it while it writes.
//!
//! The texts are handed over as they are, not their terms: a term on its way to the library would be written out and read
//! back, which takes longer than to find it.

use tantivy::tokenizer::{Token as Placed, TokenStream, Tokenizer};

use crate::analysis::{Token, characters, code_terms, grams, words};
use crate::index::{SEPARATOR, attribute_terms};
use crate::names;

/// A way to cut a text into terms.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    Grams,
    Words,
    Characters,
    Codes,
    /// How a name is spelt.
    Sounds,
    /// The name of an attribute, [`SEPARATOR`], and its text.
    Attribute,
}

impl Cut {
    pub const ALL: [Cut; 6] =
        [Cut::Grams, Cut::Words, Cut::Characters, Cut::Codes, Cut::Sounds, Cut::Attribute];

    /// Its name in the index.
    pub fn name(self) -> &'static str {
        match self {
            Cut::Grams => "grams",
            Cut::Words => "words",
            Cut::Characters => "characters",
            Cut::Codes => "codes",
            Cut::Sounds => "sounds",
            Cut::Attribute => "attribute",
        }
    }

    fn terms(self, text: &str) -> Vec<Token> {
        let unplaced = |terms: Vec<String>| {
            terms.into_iter().map(|term| Token { term, at: 0..0, position: 0 }).collect()
        };
        match self {
            Cut::Grams => grams(text),
            Cut::Words => words(text),
            Cut::Characters => characters(text),
            Cut::Codes => code_terms(text),
            Cut::Sounds => unplaced(names::spelt(text)),
            Cut::Attribute => {
                let (name, text) = text.split_once(SEPARATOR).unwrap_or_default();
                unplaced(attribute_terms(name, text))
            }
        }
    }
}

impl Tokenizer for Cut {
    type TokenStream<'a> = Terms;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms {
        Terms { rest: self.terms(text).into_iter(), at: Placed::default() }
    }
}

/// The terms of a text, one after another.
pub(crate) struct Terms {
    rest: std::vec::IntoIter<Token>,
    at: Placed,
}

impl TokenStream for Terms {
    fn advance(&mut self) -> bool {
        let Some(Token { term, at, position }) = self.rest.next() else { return false };
        self.at =
            Placed { offset_from: at.start, offset_to: at.end, position, text: term, position_length: 1 };
        true
    }

    fn token(&self) -> &Placed {
        &self.at
    }

    fn token_mut(&mut self) -> &mut Placed {
        &mut self.at
    }
}
