//! Azure Blob Storage. The account stands in the environment, the container in the address.

use std::sync::Arc;

use anyhow::{Context, Result};
use object_store::azure::{MicrosoftAzure, MicrosoftAzureBuilder};

use super::{
    Prefix,
    bucket::{Objects, patience},
    environment::{Endpoint, Environment},
};
use crate::client::Cloud;

/// The account whose containers and queues are read.
pub(super) fn account(environment: &Environment) -> Result<&str> {
    let name = environment.first(&["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"]);
    name.context("AZURE_STORAGE_ACCOUNT_NAME names no storage account")
}

/// The endpoint, where it is not Microsoft's own.
fn endpoint(environment: &Environment) -> Result<Option<Endpoint>> {
    environment.endpoint(&["AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"])
}

pub(super) fn client(container: &str, environment: &Environment) -> Result<MicrosoftAzure> {
    let endpoint = endpoint(environment)?;
    let mut builder = MicrosoftAzureBuilder::new();
    for (name, value) in environment.family("AZURE_") {
        // Variables of other programs have names that are no settings.
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    if let Some(endpoint) = &endpoint {
        builder = builder.with_endpoint(endpoint.text().to_string());
    }
    let is_plain = endpoint.is_some_and(|endpoint| endpoint.is_plain);
    let builder = builder
        .with_account(account(environment)?)
        .with_container_name(container)
        .with_use_emulator(false)
        .with_allow_http(is_plain);
    Ok(builder.with_retry(patience()).with_http_connector(Cloud).build()?)
}

pub(super) fn open(prefix: &Prefix, environment: &Environment) -> Result<Arc<dyn Objects>> {
    Ok(Arc::new(client(&prefix.bucket, environment)?))
}
