//! `#[db_test]`: one test, run on SQLite and on PostgreSQL.

use proc_macro::TokenStream;
use quote::quote;
use syn::{ItemFn, parse_macro_input};

/// Makes two tests of an `async fn name(db: TestDb)`: `name::sqlite` and `name::postgres`. Each gets a database of
/// its own with the tables of the rooms in the crate's `TEST_ROOMS`.
#[proc_macro_attribute]
pub fn db_test(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    let name = &function.sig.ident;
    let attributes = &function.attrs;
    let inputs = &function.sig.inputs;
    let output = &function.sig.output;
    let block = &function.block;
    quote! {
        mod #name {
            use super::*;

            async fn story(#inputs) #output #block

            #[test]
            #(#attributes)*
            fn sqlite() {
                ::db::testing::run(::db::Engine::Sqlite, crate::TEST_ROOMS, story)
            }

            #[test]
            #(#attributes)*
            fn postgres() {
                ::db::testing::run(::db::Engine::Postgres, crate::TEST_ROOMS, story)
            }
        }
    }
    .into()
}
