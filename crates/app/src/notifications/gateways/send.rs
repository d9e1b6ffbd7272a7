//! What is said to each kind of gateway, how it is signed, and what counts as taken.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::Method;
use rules::notifications::{Failed, GatewayKind};
use serde_json::{Value, json};
use sha2::Sha256;

use super::store::{Gateway, Request};
use crate::kernel::form::encode;
use crate::kernel::outside::{Outside, chain};
use crate::kernel::secret::Secrets;
use crate::notifications::compose::one_line;
use crate::notifications::mail::Trouble;
use crate::notifications::store::Delivery;

/// The use under which secrets of gateways are sealed.
pub const PURPOSE: &str = "gateway";
/// What a secret of a webhook begins with, after the Standard Webhooks.
pub const WEBHOOK_PREFIX: &str = "whsec_";
/// How much of an answer is read. Units: bytes.
const ANSWER_MOST: usize = 64 * 1024;
/// How much of an answer is kept as the last error. Units: characters.
const KEPT_CHARS: usize = 300;

/// A request that is ready to go.
#[derive(Debug, PartialEq)]
pub struct Ready {
    pub method: Method,
    pub address: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// The opened secrets of a gateway, the newest first.
fn opened(secrets: &Secrets, gateway: &Gateway, now: Timestamp) -> Result<Vec<String>, Trouble> {
    let old = gateway.old_secret.as_ref().filter(|_| gateway.old_until_at.is_some_and(|until| until > now));
    let open = |sealed: &String| {
        let lost = "the secret was sealed with another secret.key; type it again";
        secrets.open(PURPOSE, sealed).ok_or_else(|| Trouble::of_the_way(lost))
    };
    gateway.secret.iter().chain(old).map(open).collect()
}

/// Writes a delivery as a request to its gateway.
///
/// Errors: [`Trouble`] where a secret cannot be opened.
pub fn ready(
    secrets: &Secrets,
    gateway: &Gateway,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<Ready, Trouble> {
    let keys = opened(secrets, gateway, now)?;
    let mut address = gateway.address.clone();
    let json_kind = ("content-type".to_owned(), "application/json; charset=utf-8".to_owned());
    let content = &delivery.content;
    let key = keys.first();
    let (headers, body) = match gateway.kind {
        GatewayKind::Wecom => {
            let text = json!({ "content": content.text, "mentioned_mobile_list": content.mobiles });
            (vec![json_kind], json!({ "msgtype": "text", "text": text }).to_string())
        }
        GatewayKind::Dingtalk => {
            if let Some(key) = key {
                let stamp = now.as_millisecond();
                let sign = hmac(key.as_bytes(), format!("{stamp}\n{key}").as_bytes());
                let joint = if address.contains('?') { '&' } else { '?' };
                address = format!("{address}{joint}timestamp={stamp}&sign={}", encode(&sign));
            }
            let body = json!({
                "msgtype": "text", "text": { "content": content.text }, "at": { "atMobiles": content.mobiles },
            });
            (vec![json_kind], body.to_string())
        }
        GatewayKind::Feishu => {
            let mut body = json!({ "msg_type": "text", "content": { "text": content.text } });
            if let Some(key) = key {
                let stamp = now.as_second();
                body["timestamp"] = Value::from(stamp.to_string());
                body["sign"] = Value::from(hmac(format!("{stamp}\n{key}").as_bytes(), b""));
            }
            (vec![json_kind], body.to_string())
        }
        GatewayKind::Webhook => {
            let body = content.data.clone().unwrap_or_default().to_string();
            (webhook_headers(&keys, delivery, &body, now), body)
        }
        GatewayKind::Sms => {
            let Request { headers, .. } = &gateway.request;
            let mut all: Vec<(String, String)> = headers
                .lines()
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| {
                    let value = key.map_or(value.to_owned(), |key| value.replace("{secret}", key));
                    (name.trim().to_lowercase(), value.trim().to_owned())
                })
                .collect();
            let kind = all.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.clone());
            let kind = kind.unwrap_or_else(|| {
                all.push(json_kind.clone());
                json_kind.1.clone()
            });
            all.push(("idempotency-key".to_owned(), idempotency_key(delivery)));
            let fill = |text: &str, form: Form| fill(text, delivery, key.map(String::as_str), form);
            address = fill(&address, Form::Address);
            let form = if kind.contains("json") {
                Form::Json
            } else if kind.contains("x-www-form-urlencoded") {
                Form::Address
            } else {
                Form::Plain
            };
            (all, fill(&gateway.request.body, form))
        }
    };
    let method = match (gateway.kind, gateway.request.method.as_str()) {
        (GatewayKind::Sms, "GET") => Method::GET,
        (GatewayKind::Sms, "PUT") => Method::PUT,
        _ => Method::POST,
    };
    Ok(Ready { method, address, headers, body })
}

/// The headers of the Standard Webhooks: an id that stays through all tries, the time, and a signature by each key.
fn webhook_headers(
    keys: &[String],
    delivery: &Delivery,
    body: &str,
    now: Timestamp,
) -> Vec<(String, String)> {
    let (id, stamp) = (idempotency_key(delivery), now.as_second());
    let signed = format!("{id}.{stamp}.{body}");
    let signatures: Vec<String> = keys
        .iter()
        .filter_map(|key| BASE64.decode(key.strip_prefix(WEBHOOK_PREFIX)?).ok())
        .map(|key| format!("v1,{}", hmac(&key, signed.as_bytes())))
        .collect();
    let header = |name: &str, value: String| (name.to_owned(), value);
    vec![
        header("content-type", "application/json".to_owned()),
        header("webhook-id", id.clone()),
        header("webhook-timestamp", stamp.to_string()),
        header("webhook-signature", signatures.join(" ")),
        header("idempotency-key", id),
    ]
}

/// The same for every try of a delivery.
fn idempotency_key(delivery: &Delivery) -> String {
    let id = delivery.message_id.trim_start_matches('<').split('@').next().unwrap_or_default();
    format!("msg_{id}")
}

fn hmac(key: &[u8], text: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length of key will do");
    mac.update(text);
    BASE64.encode(mac.finalize().into_bytes())
}

/// Where a value is put, and so how it is written.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Address,
    Plain,
}

/// Puts the number, the words and the key into a template, in one pass: what is put in is not read again.
fn fill(template: &str, delivery: &Delivery, key: Option<&str>, form: Form) -> String {
    let write = |value: &str| match form {
        Form::Json => {
            let quoted = Value::from(value).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        Form::Address => encode(value),
        Form::Plain => value.to_owned(),
    };
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        let values = [
            ("{to}", delivery.recipient.as_str()),
            ("{text}", &delivery.content.text),
            ("{secret}", key.unwrap_or("")),
        ];
        match values.into_iter().find(|(name, _)| rest[at..].starts_with(name)) {
            Some((name, value)) => {
                out.push_str(&write(value));
                rest = &rest[at + name.len()..];
            }
            None => {
                out.push('{');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Sends one delivery.
///
/// Errors: [`Trouble`] with what the other side answered.
pub async fn send(
    outside: &Outside,
    secrets: &Secrets,
    gateway: &Gateway,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<(), Trouble> {
    let ready = ready(secrets, gateway, delivery, now)?;
    let mut request = outside.request(ready.method, &ready.address).map_err(Trouble::of_the_way)?;
    for (name, value) in &ready.headers {
        request = request.header(name, value);
    }
    let mut response = request.body(ready.body).send().await.map_err(|error| {
        // The address may hold a key, so it is left out of what is kept.
        Trouble::of_the_way(chain(&error.without_url()))
    })?;
    let status = response.status();
    let mut answer = Vec::new();
    while let Ok(Some(part)) = response.chunk().await {
        answer.extend_from_slice(&part);
        if answer.len() > ANSWER_MOST {
            break;
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let said = || {
        let short: String = one_line(&answer).chars().take(KEPT_CHARS).collect();
        format!("{status} {short}").trim().to_owned()
    };
    if !status.is_success() {
        return Err(Trouble { failed: Failed::ForNow, words: said(), of_the_way: status.is_server_error() });
    }
    if taken(gateway, &answer) {
        Ok(())
    } else {
        Err(Trouble { failed: Failed::ForNow, words: said(), of_the_way: false })
    }
}

/// Whether an answer with a good status says that the message was taken.
fn taken(gateway: &Gateway, answer: &str) -> bool {
    let code = |name: &str| {
        let value: Option<Value> = serde_json::from_str(answer).ok();
        value.and_then(|value| value.get(name)?.as_i64())
    };
    match gateway.kind {
        GatewayKind::Wecom | GatewayKind::Dingtalk => code("errcode") == Some(0),
        GatewayKind::Feishu => code("code").or_else(|| code("StatusCode")) == Some(0),
        GatewayKind::Webhook => true,
        GatewayKind::Sms => answer.contains(&gateway.request.success),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_specifications() {
        // The example of the Standard Webhooks.
        let key = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        assert_eq!(hmac(&key, signed.as_bytes()), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
