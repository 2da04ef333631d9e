//! Who knows whom: only those whom a release of Alex's has introduced.

use askfirst::acquaintance::{Evidence, Kind, Records};
use askfirst::mail::{Address, MessageId};

#[derive(Debug, Default)]
pub struct Known(pub Vec<(Vec<Address>, MessageId)>);

impl Records for Known {
    fn evidence(&self, a: &Address, b: &Address) -> Vec<Evidence> {
        let both = |people: &[Address]| people.contains(a) && people.contains(b);
        let found = self.0.iter().filter(|(people, _)| both(people));
        found
            .map(|(_, id)| Evidence {
                kind: Kind::Introduced,
                date: None,
                message_id: Some(id.clone()),
                detail: "You introduced them.".to_owned(),
            })
            .collect()
    }
    fn thread_people(&self, _: &[MessageId]) -> Vec<Address> {
        Vec::new()
    }
    fn name_of(&self, _: &Address) -> Option<String> {
        None
    }
}
