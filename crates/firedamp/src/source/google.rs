//! Google Cloud Storage.

use std::sync::Arc;

use anyhow::Result;
use object_store::gcp::{GoogleCloudStorage, GoogleCloudStorageBuilder};

use super::{
    Prefix,
    bucket::{Objects, patience},
    environment::Environment,
};
use crate::client::Cloud;

pub(super) fn client(bucket: &str, environment: &Environment) -> Result<GoogleCloudStorage> {
    let endpoint = environment.endpoint(&["GOOGLE_BASE_URL", "STORAGE_EMULATOR_HOST"])?;
    let mut builder = GoogleCloudStorageBuilder::new();
    for (name, value) in environment.family("GOOGLE_") {
        // Variables of other programs have names that are no settings.
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    if let Some(endpoint) = &endpoint {
        builder = builder.with_base_url(endpoint.text());
    }
    let is_plain = endpoint.is_some_and(|endpoint| endpoint.is_plain);
    let options = object_store::ClientOptions::new().with_allow_http(is_plain);
    let builder = builder.with_bucket_name(bucket).with_client_options(options);
    Ok(builder.with_retry(patience()).with_http_connector(Cloud).build()?)
}

pub(super) fn open(prefix: &Prefix, environment: &Environment) -> Result<Arc<dyn Objects>> {
    Ok(Arc::new(client(&prefix.bucket, environment)?))
}
