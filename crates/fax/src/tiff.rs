//! TIFF as fax servers write it: pages of one bit a dot in strips, plain, PackBits, or CCITT Group 3 and 4.

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};

use crate::picture::Picture;
use crate::{Limits, Page, Unread};

/// Strips of one page.
const STRIPS_MOST: usize = 20_000;
/// Fields of one page.
const FIELDS_MOST: u16 = 200;

const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const OFFSETS: u16 = 273;
const SAMPLES: u16 = 277;
const ROWS: u16 = 278;
const COUNTS: u16 = 279;
const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const FINE_X: u16 = 282;
const FINE_Y: u16 = 283;
const T4_OPTIONS: u16 = 292;

/// The bytes, and which end of a number comes first.
struct File<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl File<'_> {
    fn slice(&self, at: usize, length: usize) -> Result<&[u8], Unread> {
        let end = at.checked_add(length).ok_or(Unread::Damaged("a place beyond every file"))?;
        self.bytes.get(at..end).ok_or(Unread::Damaged("it ends early"))
    }

    fn short(&self, at: usize) -> Result<u16, Unread> {
        let two: [u8; 2] = self.slice(at, 2)?.try_into().map_err(|_| Unread::Damaged("it ends early"))?;
        Ok(if self.is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    }

    fn long(&self, at: usize) -> Result<u32, Unread> {
        let four: [u8; 4] = self.slice(at, 4)?.try_into().map_err(|_| Unread::Damaged("it ends early"))?;
        Ok(if self.is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }
}

/// A field of a page: its type, how many values, and where the four bytes are that hold them or their place.
#[derive(Clone, Copy)]
struct Field {
    tag: u16,
    kind: u16,
    count: u32,
    at: usize,
}

/// What a page says of itself.
struct Fields<'a> {
    file: &'a File<'a>,
    fields: Vec<Field>,
}

impl Fields<'_> {
    fn find(&self, tag: u16) -> Option<&Field> {
        self.fields.iter().find(|field| field.tag == tag)
    }

    fn values(&self, tag: u16) -> Result<Vec<u32>, Unread> {
        let Some(field) = self.find(tag) else { return Ok(Vec::new()) };
        let count = field.count as usize;
        if count > STRIPS_MOST {
            return Err(Unread::Damaged("too many strips"));
        }
        let size = match field.kind {
            1 => 1,
            3 => 2,
            4 => 4,
            _ => return Err(Unread::Damaged("a field of another kind")),
        };
        let at = if count * size <= 4 { field.at } else { self.file.long(field.at)? as usize };
        (0..count)
            .map(|nth| match size {
                1 => Ok(u32::from(self.file.slice(at + nth, 1)?[0])),
                2 => Ok(u32::from(self.file.short(at + nth * 2)?)),
                _ => self.file.long(at + nth * 4),
            })
            .collect()
    }

    fn value(&self, tag: u16, usual: u32) -> Result<u32, Unread> {
        Ok(self.values(tag)?.first().copied().unwrap_or(usual))
    }

    /// Dots to the inch, or to the centimetre: only used against each other.
    fn fineness(&self, tag: u16) -> Option<f64> {
        let field = self.find(tag).filter(|field| field.kind == 5)?;
        let at = self.file.long(field.at).ok()? as usize;
        let (above, below) = (self.file.long(at).ok()?, self.file.long(at + 4).ok()?);
        (above > 0 && below > 0).then(|| f64::from(above) / f64::from(below))
    }
}

/// The pages of a TIFF.
pub fn pages(bytes: &[u8], limits: &Limits) -> Result<Vec<Page>, Unread> {
    let file = File { bytes, is_little: bytes.starts_with(b"II") };
    let mut pages = Vec::new();
    let mut next = file.long(4)? as usize;
    while next != 0 {
        if pages.len() >= limits.pages {
            return Err(Unread::TooManyPages(limits.pages));
        }
        let count = file.short(next)?.min(FIELDS_MOST);
        let mut fields = Vec::new();
        for nth in 0..usize::from(count) {
            let at = next + 2 + nth * 12;
            fields.push(Field {
                tag: file.short(at)?,
                kind: file.short(at + 2)?,
                count: file.long(at + 4)?,
                at: at + 8,
            });
        }
        let after = next + 2 + usize::from(count) * 12;
        pages.push(page(&Fields { file: &file, fields }, limits)?);
        // Some programs leave the end out.
        next = file.long(after).unwrap_or(0) as usize;
    }
    if pages.is_empty() { Err(Unread::Damaged("it has no page")) } else { Ok(pages) }
}

fn page(fields: &Fields<'_>, limits: &Limits) -> Result<Page, Unread> {
    let (width, height) = (fields.value(WIDTH, 0)?, fields.value(HEIGHT, 0)?);
    if width == 0 || height == 0 {
        return Err(Unread::Damaged("a page without a size"));
    }
    let times = match (fields.fineness(FINE_X), fields.fineness(FINE_Y)) {
        (Some(x), Some(y)) => (x / y).round().clamp(1.0, 4.0) as u32,
        _ => 1,
    };
    if u64::from(width) * u64::from(height) * u64::from(times) > limits.dots {
        return Err(Unread::PageTooLarge(limits.dots));
    }
    let way = fields.value(COMPRESSION, 1)?;
    let is_plain = fields.value(BITS, 1)? == 1 && fields.value(SAMPLES, 1)? == 1;
    if !is_plain || !matches!(way, 1 | 2 | 3 | 4 | 32_773) {
        return Err(Unread::OtherWay(way));
    }
    let zero_is_white = fields.value(PHOTOMETRIC, 0)? == 0;
    let last_bit_first = fields.value(FILL_ORDER, 1)? == 2;
    let options = fields.value(T4_OPTIONS, 0)?;
    let rows_each = fields.value(ROWS, height)?.clamp(1, height);
    let (offsets, counts) = (fields.values(OFFSETS)?, fields.values(COUNTS)?);
    let mut picture = Picture::white(width, height);
    for (nth, offset) in offsets.iter().enumerate() {
        let first = u32::try_from(nth).unwrap_or(u32::MAX).saturating_mul(rows_each);
        if first >= height {
            break;
        }
        let rows = rows_each.min(height - first);
        let rest = fields.file.bytes.len().saturating_sub(*offset as usize);
        // A length that is missing or too long reaches to the end of the file.
        let length = counts.get(nth).map_or(rest, |count| (*count as usize).min(rest));
        let strip = fields.file.slice(*offset as usize, length)?;
        let turned: Vec<u8>;
        let strip = if last_bit_first {
            turned = strip.iter().map(|byte| byte.reverse_bits()).collect();
            &turned
        } else {
            strip
        };
        picture.go_to_row(first);
        let row_bytes = (width as usize).div_ceil(8);
        match way {
            1 => put_rows(&mut picture, strip, row_bytes, rows, zero_is_white),
            32_773 => {
                let unpacked = unpacked(strip, row_bytes * rows as usize);
                put_rows(&mut picture, &unpacked, row_bytes, rows, zero_is_white);
            }
            _ => {
                let encoding = match (way, options & 1) {
                    (4, _) => EncodingMode::Group4,
                    (3, 1) => EncodingMode::Group3_2D { k: 4 },
                    _ => EncodingMode::Group3_1D,
                };
                let settings = DecodeSettings {
                    columns: width,
                    rows,
                    end_of_block: way != 2,
                    end_of_line: way == 3,
                    rows_are_byte_aligned: way == 2,
                    encoding,
                    invert_black: !zero_is_white,
                };
                // What was read before a damaged place stays on the page.
                let _ = hayro_ccitt::decode(strip, &mut picture, &mut DecoderContext::new(settings));
            }
        }
    }
    picture.page(times)
}

fn put_rows(picture: &mut Picture, strip: &[u8], row_bytes: usize, rows: u32, zero_is_white: bool) {
    for row in strip.chunks_exact(row_bytes).take(rows as usize) {
        picture.put_row(row, zero_is_white);
    }
}

/// Undoes PackBits, up to `most` bytes.
fn unpacked(strip: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = strip;
    while let Some((&head, after)) = rest.split_first() {
        if out.len() >= most {
            break;
        }
        rest = match head {
            0..=127 => {
                let (taken, after) = after.split_at(after.len().min(usize::from(head) + 1));
                out.extend_from_slice(taken);
                after
            }
            128 => after,
            129..=255 => match after.split_first() {
                Some((&byte, after)) => {
                    out.extend(std::iter::repeat_n(byte, 257 - usize::from(head)));
                    after
                }
                None => after,
            },
        };
    }
    out.truncate(most);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A TIFF with a page for each set of fields and one strip.
    fn tiff(pages: &[(&[(u16, u32)], &[u8])]) -> Vec<u8> {
        let mut out = b"II*\0\0\0\0\0".to_vec();
        let mut link = 4;
        for (fields, strip) in pages {
            let strip_at = out.len() as u32;
            out.extend_from_slice(strip);
            let directory = (out.len() as u32).to_le_bytes();
            out[link..link + 4].copy_from_slice(&directory);
            let mut all = fields.to_vec();
            all.extend([(OFFSETS, strip_at), (COUNTS, strip.len() as u32)]);
            all.sort_unstable();
            out.extend_from_slice(&(all.len() as u16).to_le_bytes());
            for (tag, value) in all {
                out.extend_from_slice(&tag.to_le_bytes());
                out.extend_from_slice(&4u16.to_le_bytes());
                out.extend_from_slice(&1u32.to_le_bytes());
                out.extend_from_slice(&value.to_le_bytes());
            }
            link = out.len();
            out.extend_from_slice(&[0; 4]);
        }
        out
    }

    /// The dots of a page, `#` for black.
    fn dots(page: &Page) -> Vec<String> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(&page.png)).read_info().unwrap();
        let mut bits = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bits).unwrap();
        let row_bytes = (page.width as usize).div_ceil(8);
        let dot = |row: &[u8], x: usize| if row[x / 8] & (0x80 >> (x % 8)) == 0 { '#' } else { '.' };
        bits.chunks(row_bytes).map(|row| (0..page.width as usize).map(|x| dot(row, x)).collect()).collect()
    }

    const SIZE: [(u16, u32); 2] = [(WIDTH, 8), (HEIGHT, 2)];

    fn with(more: &[(u16, u32)]) -> Vec<(u16, u32)> {
        [&SIZE, more].concat()
    }

    #[test]
    fn pages_are_read_however_they_were_written() {
        // Two rows: three white, two black, three white; and all white. In the codes of T.4: white 3 `1000`, black 2
        // `11`, white 8 `10011`; the end of a line is `000000000001`. In those of T.6 the first row is `001` (across)
        // with both runs, then `1` (as above the line's end); the second is `0001` (pass) and `1`.
        let wanted = ["...##...", "........"];
        let cases: [(&str, Vec<(u16, u32)>, Vec<u8>); 8] = [
            ("plain, white is 0", with(&[(PHOTOMETRIC, 0)]), vec![0b0001_1000, 0]),
            ("plain, black is 0", with(&[(PHOTOMETRIC, 1)]), vec![0b1110_0111, 0xff]),
            ("plain, last bit first", with(&[(FILL_ORDER, 2)]), vec![0b0001_1000, 0]),
            ("PackBits", with(&[(COMPRESSION, 32_773)]), vec![0x01, 0b0001_1000, 0x00, 0x80]),
            ("lines of their own", with(&[(COMPRESSION, 2)]), vec![0b1000_1110, 0b0000_0000, 0b1001_1000]),
            (
                "Group 3",
                with(&[(COMPRESSION, 3)]),
                vec![0b0000_0000, 0b0001_1000, 0b1110_0000, 0b0000_0000, 0b0110_0110],
            ),
            (
                "Group 3, last bit first",
                with(&[(COMPRESSION, 3), (FILL_ORDER, 2)]),
                [0b0000_0000u8, 0b0001_1000, 0b1110_0000, 0b0000_0000, 0b0110_0110]
                    .map(u8::reverse_bits)
                    .to_vec(),
            ),
            ("Group 4", with(&[(COMPRESSION, 4)]), vec![0b0011_0001, 0b1100_0110, 0b0000_0000, 0b0010_0000]),
        ];
        for (what, fields, strip) in cases {
            let read = pages(&tiff(&[(&fields, &strip)]), &Limits::default());
            let read = read.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(dots(&read[0]), wanted, "{what}");
        }
    }

    #[test]
    fn what_is_too_much_or_damaged_is_refused() {
        let fields = with(&[]);
        let one: (&[(u16, u32)], &[u8]) = (&fields, &[0, 0]);
        let limits = Limits { pages: 2, dots: 1_000 };
        assert_eq!(pages(&tiff(&[one; 2]), &limits).unwrap().len(), 2);
        assert_eq!(pages(&tiff(&[one; 3]), &limits), Err(Unread::TooManyPages(2)));
        let large = [(WIDTH, 40_000), (HEIGHT, 40_000)];
        assert_eq!(pages(&tiff(&[(&large, &[0])]), &limits), Err(Unread::PageTooLarge(1_000)));
        let colour = with(&[(COMPRESSION, 7)]);
        assert_eq!(pages(&tiff(&[(&colour, &[0])]), &limits), Err(Unread::OtherWay(7)));
        // A directory that leads to itself.
        let mut round = tiff(&[one]);
        let first = round[4..8].to_vec();
        let end = round.len();
        round[end - 4..].copy_from_slice(&first);
        assert_eq!(pages(&round, &limits), Err(Unread::TooManyPages(2)));
        assert!(matches!(pages(b"II*\0", &limits), Err(Unread::Damaged(_))));
        assert_eq!(crate::pages(b"hello", &limits), Err(Unread::OtherKind));
    }

    proptest! {
        #[test]
        fn nothing_that_a_stranger_sends_breaks_it(place in 0usize..200, value: u8, cut in 0usize..200, way in 1u32..5) {
            let fields = with(&[(COMPRESSION, way), (ROWS, 1)]);
            let mut bytes = tiff(&[(&fields, &[0x18, 0x34, 0x56, 0x78, 0x9a]), (&fields, &[1, 2, 3])]);
            let place = place % bytes.len();
            bytes[place] = value;
            bytes.truncate(bytes.len().saturating_sub(cut % 40));
            let _ = pages(&bytes, &Limits { pages: 10, dots: 1_000_000 });
        }
    }
}
