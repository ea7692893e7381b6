//! Why data is used. A purpose is lawful for an organisation when it is one of its registered, active processing
//! activities (GDPR art. 5(1)(b) and 30).

use crate::words::words;

words! {
    /// Why somebody uses personal data.
    Purpose {
        /// To help a customer.
        CustomerService = "customer_service",
        /// To spread the work and keep waiting short.
        Supervision = "supervision",
        /// To set up the organisation: members, queues, widgets.
        Administration = "administration",
        /// To show that data is used rightly, and to serve people's rights.
        Accountability = "accountability",
    }
}

impl Purpose {
    /// Whether data that a person has restricted may still be used for it (GDPR art. 18(2)): only to serve that
    /// person's rights.
    pub const fn overrides_restriction(self) -> bool {
        matches!(self, Self::Accountability)
    }
}
