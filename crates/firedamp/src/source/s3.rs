//! Amazon S3, and what speaks like it.

use std::sync::Arc;

use anyhow::Result;
use object_store::aws::{AmazonS3, AmazonS3Builder};

use super::{
    Prefix,
    bucket::{Objects, patience},
    environment::{Endpoint, Environment},
};
use crate::client::Cloud;

/// The endpoint, where it is not Amazon's own.
pub(super) fn endpoint(environment: &Environment) -> Result<Option<Endpoint>> {
    environment.endpoint(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"])
}

pub(super) fn client(prefix: &Prefix, environment: &Environment) -> Result<AmazonS3> {
    let endpoint = endpoint(environment)?;
    let mut builder = AmazonS3Builder::new();
    for (name, value) in environment.family("AWS_") {
        // Variables of other programs have names that are no settings.
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    if let Some(endpoint) = &endpoint {
        builder = builder.with_endpoint(endpoint.text());
    }
    let is_plain = endpoint.is_some_and(|endpoint| endpoint.is_plain);
    let builder = builder.with_bucket_name(&prefix.bucket).with_allow_http(is_plain);
    Ok(builder.with_retry(patience()).with_http_connector(Cloud).build()?)
}

pub(super) fn open(prefix: &Prefix, environment: &Environment) -> Result<Arc<dyn Objects>> {
    Ok(Arc::new(client(prefix, environment)?))
}
