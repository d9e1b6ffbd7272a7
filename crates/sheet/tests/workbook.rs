//! A workbook as a desk exports it: a header that is not in the first row, dates as numbers, cells and rows left out.

use std::path::Path;

use sheet::{Error, Options, Sheet};

fn fixture() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tickets.xlsx"))
}

#[test]
fn rows_keep_their_numbers_and_dates_become_text() {
    let mut sheet = Sheet::open(fixture(), &Options::default()).unwrap();
    assert_eq!(sheet.header().names(), ["编号", "报修时间", "标题"]);
    assert_eq!(sheet.encoding(), "workbook");
    let first = sheet.next_row().unwrap().unwrap();
    assert_eq!((first.number, first.cell(0), first.cell(1)), (3, "104217", "2026-01-05 09:12:00"));
    let second = sheet.next_row().unwrap().unwrap();
    assert_eq!((second.number, second.cell(1), second.cell(2)), (6, "", "读卡器不响应"));
    assert!(sheet.next_row().unwrap().is_none());
    assert!(sheet.next_row().unwrap().is_none(), "asking again is harmless");
}

#[test]
fn a_worksheet_is_named_or_the_first() {
    let named = |name: &str| Options { worksheet: Some(name.to_owned()), ..Options::default() };
    assert!(Sheet::open(fixture(), &named("服务单")).is_ok());
    assert!(matches!(Sheet::open(fixture(), &named("空")), Err(Error::Empty)));
    match Sheet::open(fixture(), &named("Sheet1")) {
        Err(Error::NoWorksheet { wanted, present }) => {
            assert_eq!((wanted.as_str(), present.as_str()), ("Sheet1", "服务单, 空"));
        }
        other => panic!("{:?}", other.map(|sheet| sheet.header().clone())),
    }
}
