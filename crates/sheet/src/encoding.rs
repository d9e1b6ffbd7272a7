//! Which encoding a text file is written in, and the reading of it as UTF-8.

use std::io::{self, Read, Seek};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

const BLOCK: usize = 64 * 1024;

/// What the bytes of a whole file say about their encoding.
#[derive(Debug, Clone, Copy)]
pub struct Guess {
    pub encoding: &'static Encoding,
    /// How many bytes at the start are a byte order mark.
    pub mark_len: usize,
}

/// Finds the encoding by reading the whole file once: a mark, else zero bytes (UTF-16), else UTF-8 where all bytes fit
/// it. Where some do not, it is read once more for the one of UTF-8 and GB18030 that the bytes fit best.
pub fn guess(mut reader: impl Read + Seek) -> io::Result<Guess> {
    let mut start = vec![0u8; BLOCK];
    let filled = crate::read_up_to(&mut reader, &mut start)?;
    if let Some((encoding, mark_len)) = Encoding::for_bom(&start[..filled]) {
        return Ok(Guess { encoding, mark_len });
    }
    if let Some(encoding) = utf16_without_mark(&start[..filled]) {
        return Ok(Guess { encoding, mark_len: 0 });
    }
    let mut utf8 = Misfits::new(UTF_8);
    each_block(&mut reader, |bytes, last| utf8.feed(bytes, last))?;
    if utf8.count == 0 {
        return Ok(Guess { encoding: UTF_8, mark_len: 0 });
    }
    let mut chinese = Misfits::new(GB18030);
    let mut common = CommonHan::default();
    each_block(&mut reader, |bytes, last| {
        chinese.feed(bytes, last);
        common.feed(bytes);
    })?;
    let is_chinese = chinese.count < utf8.count && common.prevails();
    Ok(Guess { encoding: if is_chinese { GB18030 } else { UTF_8 }, mark_len: 0 })
}

/// Reads a file from its beginning, block by block, and tells which one is the last.
fn each_block(reader: &mut (impl Read + Seek), mut feed: impl FnMut(&[u8], bool)) -> io::Result<()> {
    reader.rewind()?;
    let mut block = vec![0u8; BLOCK];
    loop {
        let filled = crate::read_up_to(reader, &mut block)?;
        let last = filled < BLOCK;
        feed(&block[..filled], last);
        if last {
            return Ok(());
        }
    }
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(2_000).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let seen = (bytes.len() / 2).min(2_000);
    if seen < 4 {
        return None;
    }
    match (even * 5 > seen, odd * 5 > seen) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        (true, true) | (false, false) => None,
    }
}

/// Counts the places where bytes do not fit an encoding.
struct Misfits {
    decoder: Decoder,
    scratch: Vec<u8>,
    count: u64,
}

impl Misfits {
    fn new(encoding: &'static Encoding) -> Misfits {
        Misfits {
            decoder: encoding.new_decoder_without_bom_handling(),
            scratch: vec![0; BLOCK * 2],
            count: 0,
        }
    }

    fn feed(&mut self, mut bytes: &[u8], last: bool) {
        loop {
            let (result, read, _) =
                self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.scratch, last);
            bytes = &bytes[read..];
            match result {
                encoding_rs::DecoderResult::InputEmpty => return,
                encoding_rs::DecoderResult::OutputFull => {}
                encoding_rs::DecoderResult::Malformed(..) => self.count += 1,
            }
        }
    }
}

/// Whether the pairs of high bytes are mostly those of everyday Chinese characters and punctuation.
#[derive(Default)]
struct CommonHan {
    pairs: u64,
    common: u64,
    /// A high byte at the end of the last block that waits for its partner.
    lead: Option<u8>,
}

impl CommonHan {
    fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match self.lead.take() {
                Some(lead) => {
                    self.pairs += 1;
                    let everyday = matches!(lead, 0xA1..=0xA3 | 0xB0..=0xF7) && byte >= 0xA1;
                    self.common += u64::from(everyday);
                }
                None if byte >= 0x81 => self.lead = Some(byte),
                None => {}
            }
        }
    }

    fn prevails(&self) -> bool {
        self.pairs > 0 && self.common * 10 >= self.pairs * 8
    }
}

/// Reads a file of any encoding as UTF-8; bytes that do not fit become U+FFFD.
pub(crate) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    input_at: usize,
    input_end: usize,
    ended: bool,
    finished: bool,
    pub(crate) bytes_read: u64,
}

impl<R: Read> Transcoder<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Transcoder<R> {
        Transcoder {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; BLOCK],
            input_at: 0,
            input_end: 0,
            ended: false,
            finished: false,
            bytes_read: 0,
        }
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        // The decoder never splits a character, so it needs room for one.
        debug_assert!(output.len() >= 4);
        while !self.finished {
            if self.input_at == self.input_end && !self.ended {
                self.input_end = self.inner.read(&mut self.input)?;
                self.input_at = 0;
                self.bytes_read += self.input_end as u64;
                self.ended = self.input_end == 0;
            }
            let pending = &self.input[self.input_at..self.input_end];
            let (result, read, written, _) = self.decoder.decode_to_utf8(pending, output, self.ended);
            self.input_at += read;
            if self.ended && result == CoderResult::InputEmpty {
                self.finished = true;
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
