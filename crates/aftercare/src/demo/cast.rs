//! Who and what the demo company is made of: the files in `demo/`.

use std::collections::BTreeMap;

use rules::access::Role;
use rules::tickets::severity::{Impact, Use};
use rules::tickets::{Cause, Kind};
use serde::Deserialize;

/// The company, its people and what it sells.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    pub name: String,
    pub hotline: String,
    pub zone: String,
    pub team: Vec<Team>,
    pub person: Vec<Person>,
    pub product: Vec<Product>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub team: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub manufacturer: String,
    pub model: String,
    pub name: String,
    pub class: String,
    #[serde(rename = "use")]
    pub usage: Use,
    /// The team that knows it.
    pub team: String,
    pub warranty_months: u32,
}

/// Whom the company serves, and what stands there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customers {
    pub city: Vec<City>,
    pub customer: Vec<Customer>,
    /// How many of each model stand at a site.
    pub kit: BTreeMap<String, BTreeMap<String, u32>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    pub name: String,
    pub latitude: f64,
    pub longitude: f64,
    pub zone: Option<String>,
    pub streets: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    pub code: String,
    pub name: String,
    pub suffix: String,
    pub kit: String,
    /// The names of its sites, by city.
    pub sites: BTreeMap<String, Vec<String>>,
}

/// What customers report, and the words around it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matters {
    pub fault: Vec<Fault>,
    pub matter: Vec<Matter>,
    pub questions: Questions,
    pub notes: Notes,
    pub names: PeopleNames,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub class: String,
    pub title: String,
    pub description: String,
    pub impact: Impact,
    pub cause: Cause,
    pub solution: String,
    pub hours: f64,
    pub weight: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    pub kind: Kind,
    pub title: String,
    pub solution: String,
    pub hours: f64,
    pub weight: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Questions {
    pub customer: Vec<String>,
    pub manufacturer: Vec<String>,
    pub third_party: Vec<String>,
    pub answers: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    pub internal: Vec<String>,
    pub public: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleNames {
    pub surnames: Vec<String>,
    pub given: Vec<String>,
    pub duties: Vec<String>,
}

/// What its support database knows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Articles {
    pub article: Vec<Article>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Article {
    pub kind: String,
    pub title: String,
    /// Whether customers read it.
    pub public: bool,
    /// Whether it is not published yet.
    pub draft: bool,
    /// The role of its owner.
    pub owner: String,
    pub age_days: i64,
    pub review_days: i64,
    /// The title of the faults that it explains.
    pub about: Option<String>,
    pub affected: Vec<String>,
    pub symptom: String,
    pub cause: String,
    pub workaround: String,
    pub solution: String,
}

/// What makes the desk comfortable.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    pub reply: Vec<Reply>,
    pub checklist: Vec<Checklist>,
    pub tag: Vec<Tag>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reply {
    pub title: String,
    pub kind: String,
    pub hans: String,
    pub hant: String,
    pub en: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Checklist {
    pub title: String,
    pub kind: String,
    pub steps: Vec<String>,
    /// The titles of faults; the first open ticket of one of them gets the steps.
    pub about: Vec<String>,
    /// How many of them are done there.
    pub done: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    pub name: String,
    /// The titles of faults; their open tickets bear it.
    pub about: Vec<String>,
}

/// All of it.
#[derive(Debug)]
pub struct Cast {
    pub company: Company,
    pub customers: Customers,
    pub matters: Matters,
    pub articles: Articles,
    pub desk: Desk,
}

impl Cast {
    /// Reads the files that the program carries; a test reads them too.
    pub fn read() -> Result<Cast, toml::de::Error> {
        Ok(Cast {
            company: toml::from_str(include_str!("../../../../demo/company.toml"))?,
            customers: toml::from_str(include_str!("../../../../demo/customers.toml"))?,
            matters: toml::from_str(include_str!("../../../../demo/matters.toml"))?,
            articles: toml::from_str(include_str!("../../../../demo/articles.toml"))?,
            desk: toml::from_str(include_str!("../../../../demo/desk.toml"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cast_is_whole() {
        let Cast { company, customers, matters, articles, desk } = Cast::read().unwrap();
        let models: Vec<&str> = company.product.iter().map(|product| product.model.as_str()).collect();
        for (kit, parts) in &customers.kit {
            assert!(parts.keys().all(|model| models.contains(&model.as_str())), "{kit}");
        }
        for customer in &customers.customer {
            assert!(customers.kit.contains_key(&customer.kit), "{}", customer.name);
            let known = |city: &String| customers.city.iter().any(|known| known.name == *city);
            assert!(customer.sites.keys().all(known), "{}", customer.name);
        }
        let teams: Vec<&str> = company.team.iter().map(|team| team.name.as_str()).collect();
        assert!(company.product.iter().all(|product| teams.contains(&product.team.as_str())));
        assert!(
            company
                .person
                .iter()
                .filter_map(|person| person.team.as_deref())
                .all(|team| teams.contains(&team))
        );
        for role in Role::ALL {
            assert!(company.person.iter().any(|person| person.role == *role), "nobody is {role}");
        }
        for fault in &matters.fault {
            assert!(company.product.iter().any(|product| product.class == fault.class), "{}", fault.title);
        }
        let known = |about: &String| matters.fault.iter().any(|fault| fault.title == *about);
        let abouts =
            desk.checklist.iter().map(|list| &list.about).chain(desk.tag.iter().map(|tag| &tag.about));
        assert!(abouts.flatten().all(known));
        for article in &articles.article {
            assert!(article.about.as_ref().is_none_or(known), "{}", article.title);
            let models_known = article.affected.iter().all(|line| {
                models.contains(&line.split_once(": ").map_or(line.as_str(), |(model, _)| model))
            });
            assert!(models_known, "{}", article.title);
        }
        for product in &company.product {
            assert!(matters.fault.iter().any(|fault| fault.class == product.class), "{}", product.model);
        }
    }
}
