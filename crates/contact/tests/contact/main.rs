//! What the rooms above and the screens rely on, on both engines.

mod files;
mod house;
mod http;
mod life;
mod live;
mod privacy;
mod strangers;
mod timeline;

const TEST_ROOMS: &[db::Migrations] = house::ROOMS;
