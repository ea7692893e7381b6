//! Skills and the levels of them that contacts need and agents have.

use base::{Error, SkillId};
use serde::{Deserialize, Serialize};

/// How well: from 1 (can help) to 5 (teaches others).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// Can help.
    pub const LOWEST: Self = Self(1);
    /// Teaches others.
    pub const HIGHEST: Self = Self(5);

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Level {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self, Error> {
        if (1..=5).contains(&number) {
            Ok(Self(number))
        } else {
            Err(Error::invalid("level", "give a level from 1 to 5"))
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// One skill that is needed, at this level or higher.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Need {
    /// What the agent must be able to do.
    pub skill: SkillId,
    /// How well at least.
    pub level: Level,
}

/// What an agent must be able to do: each skill at most once, in the order of their ids.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Need>", into = "Vec<Need>")]
pub struct Needs(Vec<Need>);

impl Needs {
    /// Nothing special.
    pub const NONE: Self = Self(Vec::new());

    /// The needs one by one.
    pub fn iter(&self) -> impl Iterator<Item = Need> + '_ {
        self.0.iter().copied()
    }

    /// Whether nothing special is needed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Both together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// Asks no more than this level of a skill. A skill that is not needed stays so.
    #[must_use]
    pub fn lower(self, skill: SkillId, to: Level) -> Self {
        self.0
            .into_iter()
            .map(|n| if n.skill == skill { Need { level: n.level.min(to), ..n } } else { n })
            .collect()
    }

    /// Does without a skill.
    #[must_use]
    pub fn without(mut self, skill: SkillId) -> Self {
        self.0.retain(|need| need.skill != skill);
        self
    }
}

impl FromIterator<Need> for Needs {
    /// Of a skill that is named twice the higher level counts.
    fn from_iter<I: IntoIterator<Item = Need>>(needs: I) -> Self {
        let mut needs: Vec<Need> = needs.into_iter().collect();
        needs.sort_by_key(|need| (need.skill, std::cmp::Reverse(need.level)));
        needs.dedup_by_key(|need| need.skill);
        Self(needs)
    }
}

impl From<Vec<Need>> for Needs {
    fn from(needs: Vec<Need>) -> Self {
        needs.into_iter().collect()
    }
}

impl From<Needs> for Vec<Need> {
    fn from(needs: Needs) -> Self {
        needs.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Id;

    fn need(skill: u128, level: u8) -> Need {
        Need { skill: SkillId::from_raw(skill), level: level.try_into().unwrap() }
    }

    #[test]
    fn a_level_is_one_to_five() {
        for wrong in [0, 6, 255] {
            assert!(Level::try_from(wrong).is_err());
            assert!(serde_json::from_str::<Level>(&wrong.to_string()).is_err());
        }
        assert_eq!(serde_json::from_str::<Level>("3").unwrap(), Level::try_from(3).unwrap());
    }

    #[test]
    fn a_skill_needed_twice_is_needed_at_the_higher_level() {
        let needs: Needs = [need(2, 1), need(1, 2), need(1, 4)].into_iter().collect();
        assert_eq!(needs, vec![need(1, 4), need(2, 1)].into());
    }

    #[test]
    fn relaxing_never_asks_more() {
        let needs: Needs = [need(1, 4), need(2, 2)].into_iter().collect();
        let relaxed =
            needs.lower(SkillId::from_raw(1), Level::HIGHEST).lower(SkillId::from_raw(9), Level::LOWEST);
        assert_eq!(relaxed, vec![need(1, 4), need(2, 2)].into());
        assert_eq!(relaxed.without(SkillId::from_raw(1)), vec![need(2, 2)].into());
    }
}
