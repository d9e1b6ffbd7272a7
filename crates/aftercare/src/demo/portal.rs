//! Two people of a customer of the demo company, so that the portal can be looked at.

use app::kernel::actor::By;
use app::people::guests;
use app::people::password::hash_now;
use app::{App, Failure, customers};
use rules::customers::ContactForm;
use rules::ids::ContactId;
use rules::portal::{Access, GuestRole};

use super::registry::Registry;

/// The mail addresses with which they sign in.
pub const GUESTS: [(&str, GuestRole); 2] =
    [("manager@customer.example", GuestRole::Manager), ("reporter@customer.example", GuestRole::Reporter)];

/// Lets a contact of the first customer in as its manager, and another as a reporter at one site.
pub fn let_in(app: &App, registry: &Registry, password: &str) -> Result<(), Failure> {
    let Some(first) = registry.places.first() else { return Ok(()) };
    let of_it = registry.places.iter().filter(|place| place.customer == first.customer);
    let people: Vec<(ContactId, _)> = of_it
        .flat_map(|place| place.contacts.iter().map(|contact| (*contact, place.site.belongs.id)))
        .take(GUESTS.len())
        .collect();
    let hash = hash_now(password)?;
    app.change_now(By::System("demo"), move |change| {
        for ((contact, site), (mail, role)) in people.into_iter().zip(GUESTS) {
            let row = customers::contacts::store::find(change.tx, contact)?.ok_or(Failure::NotFound)?;
            let form = ContactForm { mail: mail.to_owned(), ..row.form() };
            customers::contacts::change::edit(change, contact, None, row.site_id, &form.read()?)?;
            let sites = if role.sees_all_sites() { Vec::new() } else { vec![site] };
            let id = customers::contacts::access::give(change, contact, &Access { role, sites })?;
            guests::set_password(change.tx, id, Some(&hash))?;
        }
        Ok(())
    })
}
