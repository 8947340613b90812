//! The way back in Azure: what runs is started, sizes and settings are put back, and locks and grants are
//! made again as they were.

use firedamp_core::plan::{
    Kind, Measure, Step,
    back::{self, Former, Stays},
};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{
    super::{AS_BEFORE, changed_since, no_way_back},
    Azure, COMPUTE, GONE, Trouble, last, own_id, version,
};

/// What makes a lock and a grant what they are; the rest Azure writes itself.
const LOCK: [&str; 2] = ["level", "notes"];
const GRANT: [&str; 6] = [
    "roleDefinitionId",
    "principalId",
    "principalType",
    "condition",
    "conditionVersion",
    "description",
];

impl Azure {
    /// How it is before a step.
    pub(super) async fn former_of(&self, step: &Step) -> Result<Former, Trouble> {
        if let Some(stays) = back::foreseen(step) {
            return Ok(Former::Never(stays));
        }
        let (id, kind) = (own_id(step), step.target.kind);
        let Some(found) = self.get(&id, version(kind)).await? else {
            return Ok(Former::Never(Stays::Same));
        };
        Ok(match step.measure {
            Measure::Stop => self.running(&id, kind, &found).await?,
            Measure::HoldGroup => {
                let settings = self.settings_of(&id).await?;
                Former::names(settings.into_iter().filter(|one| one.1).map(|one| one.0).collect())
            }
            Measure::EmptyGroup => Former::size(capacity(&found)),
            Measure::DropLock | Measure::DropGrant => kept(step.measure, &found),
            _ => Former::Never(Stays::Unrecorded),
        })
    }

    /// Whether a machine or a container group runs.
    async fn running(&self, id: &str, kind: Kind, found: &Value) -> Result<Former, Trouble> {
        if kind == Kind::Container {
            let state = found.pointer("/properties/instanceView/state").and_then(Value::as_str);
            return Ok(of_state(state));
        }
        let view = self.get(&format!("{id}/instanceView"), COMPUTE).await?.unwrap_or_default();
        let statuses = view.get("statuses").and_then(Value::as_array).into_iter().flatten();
        let mut codes = statuses.filter_map(|one| one.get("code")?.as_str());
        Ok(of_state(codes.find_map(|code| code.strip_prefix("PowerState/"))))
    }

    /// Goes back to how it was before a step.
    pub(super) async fn go_back(
        &self,
        step: &Step,
        former: &Former,
        is_dry: bool,
    ) -> Result<String, Trouble> {
        let (id, kind) = (own_id(step), step.target.kind);
        let found = self.get(&id, version(kind)).await?;
        match (step.measure, former, found) {
            (Measure::DropLock | Measure::DropGrant, Former::Text(body), found) => {
                self.make_again(step, body, found.as_ref(), is_dry).await
            }
            (_, Former::Never(_), _) => Err(no_way_back()),
            (_, _, None) => Ok(GONE.to_string()),
            (Measure::Stop, Former::There, Some(found)) => {
                if self.running(&id, kind, &found).await? == Former::There {
                    return Ok(AS_BEFORE.to_string());
                }
                if is_dry {
                    return Ok("there".to_string());
                }
                self.change(Method::POST, &format!("{id}/start"), version(kind), None).await
            }
            (Measure::EmptyGroup, Former::Sizes(sizes), Some(found)) => {
                self.fill(&id, sizes, &found, is_dry).await
            }
            (Measure::HoldGroup, Former::Names(settings), Some(_)) => {
                self.grow(&id, settings, is_dry).await
            }
            _ => Err(no_way_back()),
        }
    }

    /// Makes a lock or a grant again that was taken away.
    async fn make_again(
        &self,
        step: &Step,
        body: &str,
        found: Option<&Value>,
        is_dry: bool,
    ) -> Result<String, Trouble> {
        match found.map(|found| kept(step.measure, found)) {
            Some(Former::Text(present)) if present == body => Ok(AS_BEFORE.to_string()),
            Some(_) => Err(changed_since()),
            None if is_dry => Ok("to be given again".to_string()),
            None => {
                let body: Value = serde_json::from_str(body).map_err(|_| no_way_back())?;
                let (id, version) = (own_id(step), version(step.target.kind));
                let told = self.change(Method::PUT, &id, version, Some(body)).await?;
                Ok(if told == GONE { told } else { "given again".to_string() })
            }
        }
    }

    async fn fill(
        &self,
        id: &str,
        sizes: &[u32],
        found: &Value,
        is_dry: bool,
    ) -> Result<String, Trouble> {
        let &[wanted] = sizes else { return Err(no_way_back()) };
        match capacity(found) {
            Some(present) if present == wanted => return Ok(AS_BEFORE.to_string()),
            Some(0) => {}
            _ => return Err(changed_since()),
        }
        if is_dry {
            return Ok("there".to_string());
        }
        let body = json!({"sku": {"capacity": wanted}});
        self.change(Method::PATCH, id, COMPUTE, Some(body)).await?;
        Ok(format!("put back: {wanted}"))
    }

    /// Switches the settings on again that were on.
    async fn grow(&self, id: &str, wanted: &[String], is_dry: bool) -> Result<String, Trouble> {
        let present = self.settings_of(id).await?;
        let off = present.iter().filter(|(one, is_on)| !is_on && wanted.contains(one));
        let off: Vec<&str> = off.map(|(one, _)| one.as_str()).collect();
        if off.is_empty() {
            return Ok(AS_BEFORE.to_string());
        }
        if is_dry {
            return Ok("there".to_string());
        }
        let mut names = Vec::new();
        for setting in off {
            self.set_growth(setting, true).await?;
            names.push(last(setting));
        }
        Ok(format!("put back: {}", names.join(", ")))
    }
}

fn of_state(state: Option<&str>) -> Former {
    let state = state.map(str::to_ascii_lowercase);
    match state.as_deref() {
        None => Former::Never(Stays::Unrecorded),
        Some(state) => Former::there(matches!(state, "running" | "starting" | "pending")),
    }
}

fn capacity(found: &Value) -> Option<u32> {
    u32::try_from(found.pointer("/sku/capacity")?.as_u64()?).ok()
}

/// The body that makes a lock or a grant again.
fn kept(measure: Measure, found: &Value) -> Former {
    let names: &[&str] = if measure == Measure::DropLock { &LOCK } else { &GRANT };
    let own = |name: &str| {
        let value = found.get("properties")?.get(name)?;
        (!value.is_null()).then(|| (name.to_string(), value.clone()))
    };
    let properties: Map<String, Value> = names.iter().copied().filter_map(own).collect();
    match properties.is_empty() {
        true => Former::Never(Stays::Unrecorded),
        false => Former::Text(json!({"properties": properties}).to_string()),
    }
}
