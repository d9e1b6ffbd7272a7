//! What makes the desk of the demo company comfortable: canned replies, checklists, tags.

use app::kernel::actor::By;
use app::tickets::{self, steps, tags};
use app::{App, Failure, replies};
use rules::event::{About, Event};
use rules::replies::ReplyForm;
use rules::tickets::steps::ChecklistForm;

use super::articles::{owner, with_title};
use super::cast::Desk;
use super::registry::Registry;

/// Keeps the replies and checklists, and puts them and the tags onto open tickets.
///
/// Errors: those of the door.
pub fn fill(app: &App, desk: &Desk, registry: &Registry) -> Result<(), Failure> {
    let manager = owner(&registry.colleagues, "manager")?;
    let Desk { reply, checklist, tag } = desk.clone();
    app.change_now(By::User(manager), move |c| {
        for one in reply {
            let texts = [one.hans, one.hant, one.en];
            let form = ReplyForm { title: one.title, texts, kind: one.kind, team: String::new() };
            let read = form.read()?;
            let reply = replies::store::add(c.tx, &read, manager, c.now)?;
            c.record(About::default(), Event::ReplySaved { reply, title: read.title.into() });
        }
        for one in checklist {
            let steps = one.steps.join("\n");
            let form = ChecklistForm { title: one.title, steps, kind: one.kind, by_itself: false };
            let read = form.read()?;
            let checklist = steps::store::add_list(c.tx, &read, manager, c.now)?;
            let (count, title) = (read.steps.len() as i64, read.title.into());
            c.record(About::default(), Event::ChecklistSaved { checklist, steps: count, title });
            let list = steps::store::find_list(c.tx, checklist)?.ok_or(Failure::NotFound)?;
            let mut first = None;
            for title in &one.about {
                first = first.or(with_title(c, title, false)?.into_iter().next());
            }
            let Some(ticket) = first else { continue };
            let row = tickets::store::find(c.tx, ticket)?.ok_or(Failure::NotFound)?;
            steps::acts::take(c, row.ticket(), &list)?;
            for step in steps::store::of(c.tx, ticket)?.iter().take(one.done) {
                steps::acts::set(c, ticket, step.id, true, manager)?;
            }
        }
        for one in tag {
            for title in &one.about {
                for ticket in with_title(c, title, false)? {
                    tags::acts::bear(c, ticket, &one.name)?;
                }
            }
        }
        Ok(())
    })
}
