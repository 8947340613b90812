//! The way back in Google Cloud: what ran is started, sizes and modes are put back, protection is set again.

use firedamp_core::plan::{
    Kind, Measure, Step,
    back::{self, Former, Stays},
};
use reqwest::Method;
use serde_json::Value;

use super::{
    super::{AS_BEFORE, changed_since, no_way_back},
    GONE, Google, Trouble,
};

/// What an autoscaler says that was switched off.
const OFF: &str = "OFF";

impl Google {
    /// How it is before a step.
    pub(super) async fn former_of(&self, step: &Step) -> Result<Former, Trouble> {
        if let Some(stays) = back::foreseen(step) {
            return Ok(Former::Never(stays));
        }
        if step.target.kind == Kind::Application {
            let found = self.get(&self.account_path(step)).await?;
            return Ok(Former::there(found.is_some_and(|found| !is_set(&found, "disabled"))));
        }
        let Some((path, found)) = self.find(&step.target).await? else {
            return Ok(Former::Never(Stays::Same));
        };
        Ok(match step.measure {
            Measure::Stop => running(&found),
            Measure::LiftProtection => Former::there(is_set(&found, "deletionProtection")),
            Measure::EmptyGroup => Former::size(size(&found)),
            Measure::HoldGroup => match self.scaler(&path).await? {
                Some(scaler) if scaler.mode != OFF => Former::Text(scaler.mode),
                _ => Former::Never(Stays::Same),
            },
            _ => Former::Never(Stays::Unrecorded),
        })
    }

    /// Goes back to how it was before a step.
    pub(super) async fn go_back(
        &self,
        step: &Step,
        former: &Former,
        is_dry: bool,
    ) -> Result<String, Trouble> {
        if step.target.kind == Kind::Application {
            return self.enable(step, former, is_dry).await;
        }
        let Some((path, found)) = self.find(&step.target).await? else {
            return Ok(GONE.to_string());
        };
        match (step.measure, former) {
            (Measure::HoldGroup, Former::Text(mode)) => self.grow(&path, mode, is_dry).await,
            (Measure::EmptyGroup, Former::Sizes(sizes)) => {
                let &[wanted] = sizes.as_slice() else { return Err(no_way_back()) };
                match size(&found) {
                    Some(present) if present == wanted => return Ok(AS_BEFORE.to_string()),
                    Some(0) => {}
                    _ => return Err(changed_since()),
                }
                self.try_or_post(&format!("{path}/resize?size={wanted}"), is_dry).await
            }
            (Measure::LiftProtection, Former::There) => {
                if is_set(&found, "deletionProtection") {
                    return Ok(AS_BEFORE.to_string());
                }
                let path = format!("{path}/setDeletionProtection?deletionProtection=true");
                self.try_or_post(&path, is_dry).await
            }
            (Measure::Stop, Former::There) => {
                if running(&found) == Former::There {
                    return Ok(AS_BEFORE.to_string());
                }
                if !is_dry && status(&found) == Some("STOPPING") {
                    return Err(Trouble::Later(None, "it is still stopping".to_string()));
                }
                self.try_or_post(&format!("{path}/start"), is_dry).await
            }
            _ => Err(no_way_back()),
        }
    }

    /// Asks for a change, or tells that what it is about is there.
    async fn try_or_post(&self, path: &str, is_dry: bool) -> Result<String, Trouble> {
        match is_dry {
            true => Ok("there".to_string()),
            false => self.change(Method::POST, path, None).await,
        }
    }

    async fn enable(&self, step: &Step, former: &Former, is_dry: bool) -> Result<String, Trouble> {
        if *former != Former::There {
            return Err(no_way_back());
        }
        let path = self.account_path(step);
        match self.get(&path).await? {
            None => Ok(GONE.to_string()),
            Some(found) if !is_set(&found, "disabled") => Ok(AS_BEFORE.to_string()),
            Some(_) => self.try_or_post(&format!("{path}:enable"), is_dry).await,
        }
    }

    /// Gives the autoscaler of a group its mode again.
    async fn grow(&self, path: &str, wanted: &str, is_dry: bool) -> Result<String, Trouble> {
        match self.scaler(path).await? {
            None => Ok(GONE.to_string()),
            Some(scaler) if scaler.mode == wanted => Ok(AS_BEFORE.to_string()),
            Some(scaler) if scaler.mode != OFF => Err(changed_since()),
            Some(_) if is_dry => Ok("there".to_string()),
            Some(scaler) => {
                self.set_mode(&scaler, wanted).await?;
                Ok(format!("put back: {}", scaler.name))
            }
        }
    }
}

fn is_set(found: &Value, flag: &str) -> bool {
    found.get(flag).and_then(Value::as_bool).unwrap_or_default()
}

fn status(found: &Value) -> Option<&str> {
    found.get("status").and_then(Value::as_str)
}

fn running(found: &Value) -> Former {
    match status(found) {
        None => Former::Never(Stays::Unrecorded),
        Some(status) => Former::there(matches!(status, "RUNNING" | "STAGING" | "PROVISIONING")),
    }
}

fn size(found: &Value) -> Option<u32> {
    u32::try_from(found.get("targetSize")?.as_u64()?).ok()
}
