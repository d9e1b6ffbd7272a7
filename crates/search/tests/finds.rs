//! What a search finds, from the box that people type into: a small house of things, and cases.

use search::{Asked, Compares, Entry, FilterWord, Found, Index, Order, Wanted};

fn house() -> Index {
    let index = Index::in_memory().unwrap();
    let entry = |key: &str, kind: &str, title: &str, body: &str| Entry {
        key: key.into(),
        kind: kind.into(),
        title: title.into(),
        body: body.into(),
        tags: vec!["seen-by\u{1f}all".into()],
        ..Entry::default()
    };
    let mut ticket = entry("t1", "ticket", "打印机卡纸", "二楼的打印机又卡纸了，DBS-C9200-24T 交换机正常。");
    ticket.attributes =
        vec![("owner".into(), "国家电网北京公司".into()), ("model".into(), "DBS-C9200-24T".into())];
    ticket.tags.push("state\u{1f}open".into());
    ticket.at_s = 1_772_000_000; // 2026-02-25
    let mut other = entry("t2", "ticket", "網絡不通", "重启WiFi路由器后仍然无法上网");
    other.attributes = vec![("owner".into(), "工商银行".into())];
    other.tags.push("state\u{1f}closed".into());
    other.at_s = 1_775_000_000; // 2026-03-31
    let mut secret = entry("n1", "note", "密码", "打印机管理员密码在保险柜");
    secret.tags = vec!["seen-by\u{1f}staff".into()];
    let mut site = entry("s1", "site", "中关村支行", "海淀区");
    site.names = vec!["中关村支行".into()];
    let article = entry(
        "a1",
        "article",
        "Printers jam after a firmware update",
        "Install firmware 1.2.3 and clean the rollers.",
    );
    index.put(&[ticket, other, secret, site, article]).unwrap();
    index.commit("7").unwrap();
    index
}

fn known() -> Vec<FilterWord> {
    let said = |word: &str| vec![word.to_owned()];
    vec![
        FilterWord { attribute: "owner", said: said("客户"), compares: Compares::Text },
        FilterWord { attribute: "model", said: said("型号"), compares: Compares::Text },
        FilterWord {
            attribute: "state",
            said: said("状态"),
            compares: Compares::Choice(vec![
                ("打开".into(), "open".into()),
                ("关闭".into(), "closed".into()),
            ]),
        },
        FilterWord { attribute: "at", said: said("日期"), compares: Compares::Days },
    ]
}

fn find(index: &Index, typed: &str, staff: bool) -> Found {
    let mut sees = vec!["seen-by\u{1f}all".to_owned()];
    if staff {
        sees.push("seen-by\u{1f}staff".into());
    }
    let wanted = Wanted {
        asked: Asked::read(typed, &known()),
        within: vec![sees],
        limit: 10,
        order: Order::Best,
        ..Wanted::default()
    };
    index.find(&wanted).unwrap()
}

fn keys(found: &Found) -> String {
    found.hits.iter().map(|hit| hit.key.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_way_of_writing_finds() {
    let index = house();
    for (typed, best) in [
        ("卡纸", "t1"),
        ("纸", "t1"),
        ("印表機 卡紙", "t1"),
        ("网络不通", "t2"),
        ("網絡", "t2"),
        ("wifi", "t2"),
        ("重启wifi路由器", "t2"),
        ("DBSC920024T", "t1"),
        ("dbs-c9200-24t", "t1"),
        ("C9200", "t1"),
        ("9200", "t1"),
        ("24T", "t1"),
        ("zhongguancun", "s1"),
        ("zgc", "s1"),
        ("guancunzhi", "s1"),
        ("jammed printer", "a1"),
        ("updating firmwares", "a1"),
        ("firmwear", "a1"),
        ("pritner", "a1"),
        ("\"clean the rollers\"", "a1"),
        ("客户:国家电网", "t1"),
        ("客户:国", "t1"),
        ("型号:c9200", "t1"),
        ("状态:关闭", "t2"),
        ("日期:2026-03", "t2"),
        ("日期:2026-01..2026-02 打印机", "t1"),
    ] {
        let found = find(&index, typed, true);
        assert_eq!(found.hits.first().map(|hit| hit.key.as_str()), Some(best), "{typed}: {}", keys(&found));
    }
}

#[test]
fn what_is_excluded_or_not_there_is_not_found() {
    let index = house();
    for typed in [
        "\"rollers clean\"",
        "客户:中国移动",
        "打印机 -卡纸 -密码",
        "日期:2019",
        "型号:",
        "zzzzqq",
        "、。",
        "C9300",
    ] {
        let found = find(&index, typed, true);
        assert_eq!(keys(&found), if typed == "型号:" { "t2 t1 n1 s1 a1" } else { "" }, "{typed}");
    }
}

#[test]
fn what_may_not_be_seen_is_not_found() {
    let index = house();
    assert!(keys(&find(&index, "打印机", true)).contains("n1"));
    assert_eq!(keys(&find(&index, "打印机", false)), "t1");
    assert_eq!(keys(&find(&index, "管理员密码", false)), "");
}

#[test]
fn a_hit_tells_why_and_where() {
    let index = house();
    let found = find(&index, "打印机卡纸", false);
    let hit = &found.hits[0];
    let shares: f32 = hit.why.iter().map(|reason| reason.share).sum();
    assert!(shares > 0.5 && shares < 1.001, "{:?}", hit.why);
    assert!(hit.why.iter().any(|reason| reason.term == "卡纸" && reason.place == search::Place::Title));
    assert!((hit.covered - 1.0).abs() < 1e-6);
    let marked: Vec<&str> =
        hit.title.pieces().into_iter().filter(|(_, hit)| *hit).map(|(text, _)| text).collect();
    assert_eq!(marked, ["打印机卡纸"]);
    assert!(hit.excerpt.marks.len() >= 2, "{:?}", hit.excerpt);
    assert!(find(&index, "打印机缺墨粉", false).hits[0].covered < 0.6);
}

#[test]
fn an_index_follows_its_owner_and_survives() {
    let folder = tempfile::tempdir().unwrap();
    {
        let index = Index::open(folder.path()).unwrap();
        assert_eq!(index.mark().unwrap(), None);
        let one = Entry { key: "k".into(), title: "卡纸".into(), ..Entry::default() };
        index.put(std::slice::from_ref(&one)).unwrap();
        index.commit("1").unwrap();
        index.put(&[Entry { title: "缺墨".into(), ..one }]).unwrap();
        index.commit("2").unwrap();
        // Not committed: a crash loses it, and the mark says so.
        index.put(&[Entry { key: "lost".into(), title: "卡纸".into(), ..Entry::default() }]).unwrap();
    }
    let index = Index::open(folder.path()).unwrap();
    assert_eq!(index.mark().unwrap().as_deref(), Some("2"));
    assert_eq!(index.count(), 1);
    let typed = |typed: &str| Wanted { asked: Asked::plain(typed), limit: 5, ..Wanted::default() };
    assert_eq!(keys(&index.find(&typed("卡纸")).unwrap()), "");
    assert_eq!(keys(&index.find(&typed("缺墨")).unwrap()), "k");
    index.remove(&["k".to_owned()]).unwrap();
    index.commit("3").unwrap();
    assert_eq!(index.count(), 0);
}
