//! A page of black and white dots, and its PNG.

use hayro_ccitt::Decoder;

use crate::{Page, Unread};

/// Dots, one bit each, 1 is white; rows begin at a byte.
pub struct Picture {
    width: u32,
    height: u32,
    row_bytes: usize,
    bits: Vec<u8>,
    /// Where the next dot goes.
    x: u32,
    y: u32,
}

impl Picture {
    /// A white page.
    pub fn white(width: u32, height: u32) -> Picture {
        let row_bytes = (width as usize).div_ceil(8);
        Picture { width, height, row_bytes, bits: vec![0xff; row_bytes * height as usize], x: 0, y: 0 }
    }

    /// Continues at the beginning of a row.
    pub fn go_to_row(&mut self, y: u32) {
        (self.x, self.y) = (0, y);
    }

    /// Takes a row of bits as they stand in the file; `zero_is_white` says what a 0 is.
    pub fn put_row(&mut self, row: &[u8], zero_is_white: bool) {
        if self.y < self.height {
            let from = self.y as usize * self.row_bytes;
            for (to, byte) in self.bits[from..from + self.row_bytes].iter_mut().zip(row) {
                *to = if zero_is_white { !byte } else { *byte };
            }
        }
        self.next_line();
    }

    /// The PNG, each row `times` as often: faxes are often half as fine from top to bottom.
    pub fn page(&self, times: u32) -> Result<Page, Unread> {
        let (width, height) = (self.width, self.height * times);
        let rows = self.bits.chunks(self.row_bytes).flat_map(|row| std::iter::repeat_n(row, times as usize));
        let bits: Vec<u8> = rows.flatten().copied().collect();
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&bits));
        written.map_err(|_| Unread::Damaged("a page without dots"))?;
        Ok(Page { png, width, height })
    }
}

impl Decoder for Picture {
    fn push_pixels(&mut self, white: bool, count: u32) {
        let end = self.x.saturating_add(count).min(self.width);
        if !white && self.y < self.height {
            let row = self.y as usize * self.row_bytes;
            for x in self.x..end {
                self.bits[row + x as usize / 8] &= !(0x80 >> (x % 8));
            }
        }
        self.x = end;
    }

    fn next_line(&mut self) {
        self.x = 0;
        self.y += 1;
    }
}
