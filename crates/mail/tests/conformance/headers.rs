use mail::{address, letter, words};

#[test]
fn headers_are_decoded_as_others_decode_them() {
    let Some(folder) = super::folder("mail-headers") else { return };
    let cases = super::json(&folder.join("header_cases.json"));
    let mut score = super::Score::default();
    for case in cases["encoded_words"].as_array().unwrap() {
        let raw = case["raw"].as_str().unwrap();
        score.equal(raw, words::decode(raw.as_bytes()), case["text"].as_str().unwrap().to_string());
    }
    for case in cases["addresses"].as_array().unwrap() {
        let raw = case["raw"].as_str().unwrap();
        let ours = address::read_list(raw.as_bytes());
        let ours = ours.first().map(|a| (a.name.clone(), a.address.clone())).unwrap_or_default();
        let text = |key: &str| case[key].as_str().unwrap_or_default().to_string();
        score.equal(raw, ours, (text("name"), text("address")));
    }
    for case in cases["dates"].as_array().unwrap() {
        let raw = case["raw"].as_str().unwrap();
        score.equal(raw, letter::read_date(raw).map(|at| at.as_second()), case["unix"].as_i64());
    }
    score.insist("header cases", 95);
}
