//! An administrator makes and changes widgets.

use crate::events::WidgetChanged;
use crate::model::{Settings, Widget, checked_name};
use crate::service::Chat;
use crate::store;
use crate::token::widget_key;
use base::{Error, Result, WidgetId};
use identity::Access;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// What an administrator changes; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetPatch {
    /// The name in the administrator's own list.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether visitors can use it.
    #[serde(default)]
    pub active: Option<bool>,
    /// All of the rest.
    #[serde(default)]
    pub settings: Option<Settings>,
}

impl Chat {
    /// All widgets of the organisation.
    pub(crate) async fn widgets(&self, access: &Access) -> Result<Vec<Widget>> {
        let mut conn = self.db().read(access.organisation()).await?;
        store::widgets(&mut conn).await
    }

    /// Makes a widget, active, with a key of its own.
    pub async fn make_widget(&self, access: &Access, name: &str, settings: Settings) -> Result<Widget> {
        let widget = Widget {
            id: self.env().new_id(),
            key: widget_key(self.env()),
            name: checked_name(name)?,
            active: true,
            settings: settings.checked()?,
        };
        let (actor, made) = (access.actor(), widget.clone());
        self.db()
            .write(access.organisation(), async move |tx| {
                store::insert_widget(tx, &made).await?;
                let subject = made.id.to_string();
                identity::audit::write(tx, actor, "chat.widget_made", &subject, json!({ "key": made.key }))
                    .await?;
                tx.record(actor, &WidgetChanged { widget: made.id })
            })
            .await?;
        Ok(widget)
    }

    /// Changes a widget.
    pub(crate) async fn change_widget(
        &self,
        access: &Access,
        id: WidgetId,
        patch: WidgetPatch,
    ) -> Result<Widget> {
        let actor = access.actor();
        let name = patch.name.as_deref().map(checked_name).transpose()?;
        let settings = patch.settings.map(Settings::checked).transpose()?;
        let changed = self
            .db()
            .write(access.organisation(), async move |tx| {
                let found = store::find_widget(tx, id).await?.ok_or_else(|| Error::not_found("widget"))?;
                let changed = Widget {
                    name: name.unwrap_or(found.name),
                    active: patch.active.unwrap_or(found.active),
                    settings: settings.unwrap_or(found.settings),
                    ..found
                };
                store::update_widget(tx, &changed).await?;
                let detail = json!({ "active": changed.active, "origins": changed.settings.origins });
                identity::audit::write(tx, actor, "chat.widget_changed", &id.to_string(), detail).await?;
                tx.record(actor, &WidgetChanged { widget: id })?;
                Ok(changed)
            })
            .await?;
        self.forget_widget(id);
        Ok(changed)
    }
}
