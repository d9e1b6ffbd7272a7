//! Journeys: people at a real browser before the real program.

mod house;

use house::{House, Outcome, Person};

#[tokio::test]
async fn nobody_is_let_in_without_a_name() -> Outcome {
    let house = House::start(&["serve"]);
    let person = Person::at(&house, "stranger", 1280, "zh-CN").await;
    person.open("/").await?;
    person.arrives_at("/sign-in").await?;
    person.keep("sign-in").await?;
    person.leaves().await?;
    Ok(())
}
