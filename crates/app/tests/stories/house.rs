//! What happens by itself: duties, live pages, processes that hear each other, health and figures.

use app::kernel::clock::Clock;
use app::testing::{TestApp, each_app, on};
use app::worker::{self, Duty};
use app::{App, Settings};
use db::Dialect;
use rules::access::Role;

async fn count(t: &TestApp, sql: &'static str) -> i64 {
    t.app.read(move |tx| Ok(tx.adhoc::<(i64,)>(sql, &[])?[0].0)).await.unwrap()
}

#[test]
fn duties_find_nothing_the_second_time() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        t.post_form("/teams", &[("name", "North")]).await.goes_to("/teams/1");
        assert!(count(t, "SELECT COUNT(*) FROM fact WHERE leaf IS NULL").await > 0);
        t.work().await;
        assert_eq!(count(t, "SELECT COUNT(*) FROM fact WHERE leaf IS NULL").await, 0);
        assert_eq!(count(t, "SELECT COUNT(*) FROM checkpoint").await, 1);
        for duty in Duty::INSIDE.into_iter().chain(Duty::SEARCH).chain(Duty::OUTSIDE) {
            assert_eq!(duty.turn(&t.app).await.unwrap().done, 0, "{duty:?}");
        }
        t.post_form("/teams", &[("name", "South")]).await.goes_to("/teams/2");
        t.work().await;
        assert_eq!(count(t, "SELECT COUNT(*) FROM checkpoint").await, 1, "signed once an hour");
        t.advance("1h");
        t.work().await;
        assert_eq!(count(t, "SELECT COUNT(*) FROM checkpoint").await, 2);
    });
}

#[test]
fn the_outbox_is_read_once_due() {
    each_app(async |t| {
        t.app
            .change(app::kernel::actor::By::System("story"), |change| {
                change.send("probe", &serde_json::json!({"n": 1}))?;
                change.send_after(jiff::SignedDuration::from_hours(2), "probe", &serde_json::json!({"n": 2}))
            })
            .await
            .unwrap();
        let turn = Duty::ReadOutbox.turn(&t.app).await.unwrap();
        assert_eq!((turn.done, turn.next_at), (1, Some(t.now() + jiff::SignedDuration::from_hours(2))));
        t.advance("2h");
        assert_eq!(Duty::ReadOutbox.turn(&t.app).await.unwrap().done, 1);
        assert_eq!(Duty::ReadOutbox.turn(&t.app).await.unwrap().done, 0);
    });
}

#[test]
fn the_worker_ends_when_the_house_closes() {
    on(Dialect::Sqlite, async |t| {
        // Closed before anybody waits for it, and while the worker sleeps.
        let working = tokio::spawn(worker::run(t.app.clone()));
        t.app.close();
        working.await.unwrap();
        worker::run(t.app.clone()).await;
    });
}

#[test]
fn processes_on_one_postgresql_hear_each_other() {
    on(Dialect::Postgres, async |t| {
        let config = Settings::default().finish().unwrap();
        let other = App::new(config, t.app.database.clone(), Clock::World);
        let mut ear = other.live.listen();
        // The other process may still be connecting: it is told until it hears.
        let heard = tokio::time::timeout(std::time::Duration::from_secs(20), async {
            loop {
                t.app.tell(app::kernel::live::Nudge { topic: "ticket:7".into(), writer: None });
                let wait = std::time::Duration::from_millis(200);
                if let Ok(Ok(nudge)) = tokio::time::timeout(wait, ear.recv()).await {
                    break nudge.topic;
                }
            }
        });
        assert_eq!(heard.await.expect("a message"), "ticket:7");
    });
}

#[test]
fn health_is_for_everybody_and_figures_are_not() {
    each_app(async |t| {
        t.get("/healthz").await.ok().sees("ok");
        t.get("/metrics").await.has_status(401);
        let id = t.sign_in(Role::Administrator).await;
        let token = t.token(id, rules::access::Permission::ALL).await;
        let figures = t.api(http::Method::GET, "/metrics", &token, serde_json::Value::Null).await.ok();
        assert!(figures.text().contains("aftercare_requests_total"));
    });
}

#[test]
fn every_part_of_the_style_page_is_drawn_in_every_language() {
    on(Dialect::Sqlite, async |t| {
        t.sign_in(Role::Administrator).await;
        for locale in app::layout::l10n::Locale::ALL {
            let settings = [("locale", locale.tag()), ("zone", ""), ("theme", "auto")];
            t.post_form("/account", &settings).await.goes_to("/account");
            for path in ["/style", "/style?view=empty&role=engineer", "/account", "/people", "/teams"] {
                t.get(path).await.ok().sees(&format!("lang=\"{}\"", locale.tag()));
            }
        }
    });
}
