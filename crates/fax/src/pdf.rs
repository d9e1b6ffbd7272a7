//! PDF, drawn page by page.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};

use crate::{Limits, Page, Unread};

/// How wide a page is drawn: that of a fax, half as fine. Units: dots.
const WIDTH: f32 = 1_200.0;
/// The tallest page that is drawn. Units: dots.
const HEIGHT_MOST: f32 = 6_000.0;

/// The pages of a PDF.
pub fn pages(bytes: &[u8], limits: &Limits) -> Result<Vec<Page>, Unread> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|_| Unread::Damaged("it cannot be opened"))?;
    let found = pdf.pages();
    if found.len() > limits.pages {
        return Err(Unread::TooManyPages(limits.pages));
    }
    // Text whose font is not in the file is drawn in one that is with us: better another hand than none.
    let font = typst_assets::fonts().next();
    let settings = InterpreterSettings {
        font_resolver: Arc::new(move |_| Some((Arc::new(font?) as _, 0))),
        ..InterpreterSettings::default()
    };
    let cache = RenderCache::new();
    let mut pages = Vec::new();
    for page in found.iter() {
        let (width, height) = page.render_dimensions();
        if !(width >= 1.0 && height >= 1.0) {
            return Err(Unread::Damaged("a page without a size"));
        }
        let scale = (WIDTH / width).min(HEIGHT_MOST / height);
        let drawn =
            RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
        pages.push(picture(&render(page, &cache, &settings, &drawn))?);
    }
    if pages.is_empty() { Err(Unread::Damaged("it has no page")) } else { Ok(pages) }
}

fn picture(drawn: &Pixmap) -> Result<Page, Unread> {
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let colours: Vec<u8> =
        drawn.data_as_u8_slice().chunks_exact(4).flat_map(|dot| [dot[0], dot[1], dot[2]]).collect();
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&colours));
    written.map_err(|_| Unread::Damaged("a page without dots"))?;
    Ok(Page { png, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of so many pages, each a black square on white.
    fn squares(count: usize) -> Vec<u8> {
        let mut out = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        let kids: Vec<String> = (0..count).map(|nth| format!("{} 0 R", 4 + nth)).collect();
        let content = "0 0 0 rg 20 20 60 60 re f";
        let mut bodies = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            format!("<</Type/Pages/Count {count}/Kids[{}]>>", kids.join(" ")),
            format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        ];
        bodies.extend((0..count).map(|_| {
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Contents 3 0 R/Resources<<>>>>".to_owned()
        }));
        for (nth, body) in bodies.iter().enumerate() {
            places.push(out.len());
            out.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n", nth + 1).as_bytes());
        }
        let table = out.len();
        let lines: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
        let size = places.len() + 1;
        out.extend_from_slice(
            format!("xref\n0 {size}\n0000000000 65535 f \n{lines}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF")
                .as_bytes(),
        );
        out
    }

    #[test]
    fn a_page_is_drawn_as_wide_as_a_fax() {
        let read = pages(&squares(2), &Limits::default()).unwrap();
        assert_eq!((read.len(), read[0].width, read[0].height), (2, 1_200, 2_400));
        let mut reader = png::Decoder::new(std::io::Cursor::new(&read[0].png)).read_info().unwrap();
        let mut dots = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut dots).unwrap();
        let dot = |x: usize, y: usize| dots[(y * 1_200 + x) * 3];
        assert_eq!((dot(10, 10), dot(600, 1_800)), (255, 0), "white at the top, black in the square");
        assert_eq!(pages(&squares(3), &Limits { pages: 2, dots: 1 }), Err(Unread::TooManyPages(2)));
        assert!(matches!(pages(b"%PDF-1.4 nonsense", &Limits::default()), Err(Unread::Damaged(_))));
    }
}
