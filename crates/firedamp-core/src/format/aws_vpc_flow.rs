//! placeholder
use super::{Doc, LineDecoder, LineFormat};
/// The format.
pub struct AwsVpcFlow;
static DOC: Doc = Doc { id: "aws_vpc_flow", title: "", reads: "", specification: "", rejects: &[], examples: &[] };
impl LineFormat for AwsVpcFlow {
    fn doc(&self) -> &'static Doc { &DOC }
    fn open(&self, _head: &[u8]) -> Option<Box<dyn LineDecoder>> { None }
}
