//! Who is helped, and how they are recognised.

use super::words::words;

words! {
    /// Whether a customer is a human being or an organisation.
    CustomerKind {
        /// A human being.
        Person = "person",
        /// A company, school, association …
        Organisation = "organisation",
    }

    /// What kind of address or handle it is.
    HandleKind {
        /// An e-mail address.
        Email = "email",
        /// A telephone number.
        Phone = "phone",
        /// Where post arrives: street, house number, postcode and place.
        PostalAddress = "postal_address",
        /// The number under which the organisation knows its customer.
        CustomerNumber = "customer_number",
        /// A name or number in a chat.
        Chat = "chat",
    }
}

impl HandleKind {
    /// The one spelling under which equal handles are found: addresses without capitals, telephone numbers with
    /// their country, postal addresses and customer numbers without spaces. Empty when nothing is left to find it by.
    pub fn normalise(self, value: &str) -> String {
        let value = value.trim();
        match self {
            Self::Email | Self::Chat => value.to_lowercase(),
            Self::Phone => normalise_phone(value),
            Self::CustomerNumber | Self::PostalAddress => {
                value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
            }
        }
    }

    /// What is wrong with this value, if anything.
    pub fn complaint(self, value: &str) -> Option<&'static str> {
        let normal = self.normalise(value);
        match self {
            Self::Email if !looks_like_email(&normal) => {
                Some("give an e-mail address such as name@example.org")
            }
            Self::Phone if !(7..=20).contains(&normal.trim_start_matches('+').len()) => {
                Some("give a telephone number such as 020 123 45 67 or +31 20 123 45 67")
            }
            Self::PostalAddress if !looks_like_postal_address(&normal) => {
                Some("give street, house number, postcode and place, such as Kade 1, 1234 AB Lindedam")
            }
            _ if normal.is_empty() => Some("fill this in"),
            _ => None,
        }
    }
}

/// Digits, with the country in front; a number that starts with one zero is Dutch.
fn normalise_phone(value: &str) -> String {
    // "+31 (0)20" and "+31 20" are the same number.
    let value = value.replace("(0)", "");
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if value.starts_with('+') {
        return format!("+{digits}");
    }
    if let Some(rest) = digits.strip_prefix("00") {
        return format!("+{rest}");
    }
    match digits.strip_prefix('0') {
        Some(rest) => format!("+31{rest}"),
        None => digits,
    }
}

fn looks_like_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !value.contains(char::is_whitespace)
}

/// Countries write addresses in many ways, but none without letters and hardly one without a number.
fn looks_like_postal_address(normal: &str) -> bool {
    normal.chars().any(char::is_alphabetic) && normal.chars().any(char::is_numeric)
}

/// The words of a name by which it is found: lower case, letters and digits, without initials.
pub(crate) fn name_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = name
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 2)
        .map(str::to_owned)
        .collect();
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_spelling() {
        for spelling in ["020 123 45 67", "+31 (0)20-1234567", "0031201234567", "+31 20 1234567"] {
            assert_eq!(HandleKind::Phone.normalise(spelling), "+31201234567", "{spelling}");
        }
        assert_eq!(
            HandleKind::Phone.normalise("14020"),
            "14020",
            "a short municipal number stays what it is"
        );
        let address = |text| HandleKind::PostalAddress.normalise(text);
        assert_eq!(address("Kade 1\n1234 AB  Lindedam"), address("kade 1, 1234ab Lindedam"));
    }

    #[test]
    fn what_cannot_be_an_address_is_said_so() {
        assert!(HandleKind::Email.complaint("Anna@Example.org").is_none());
        for wrong in ["anna", "anna@", "@example.org", "anna@example", "an na@example.org", ""] {
            assert!(HandleKind::Email.complaint(wrong).is_some(), "{wrong}");
        }
        assert!(HandleKind::Phone.complaint("12").is_some());
        assert!(HandleKind::CustomerNumber.complaint(" - ").is_some());
        for wrong in ["Lindedam", "12", " , "] {
            assert!(HandleKind::PostalAddress.complaint(wrong).is_some(), "{wrong}");
        }
        assert!(HandleKind::PostalAddress.complaint("Kade 1, 1234 AB Lindedam").is_none());
    }

    #[test]
    fn a_name_is_found_by_its_words() {
        assert_eq!(name_words("J. van den Bérg-Smit"), ["bérg", "den", "smit", "van"]);
        assert!(name_words("·").is_empty());
    }
}
