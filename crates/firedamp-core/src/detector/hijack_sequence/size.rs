//! Which sizes of machines miners ask for. Beside the names of machines there are those of containers
//! and accelerators.

use crate::machine;

/// From how many processors on a container is large, in the units in which Amazon's containers ask
/// for them: 1024 are one.
const LARGE_UNITS_MIN: u64 = 8192;
/// What names of machines with accelerators hold, where the machine itself is not known.
const ACCELERATORS: [&str; 4] = ["accelerator", "gpu", "nvidia", "tesla"];

/// Whether a machine of this size is large, or has accelerators.
pub(super) fn is_large(size: &str) -> bool {
    let lower = size.to_ascii_lowercase();
    ACCELERATORS.iter().any(|word| lower.contains(word))
        || lower.trim().parse::<u64>().is_ok_and(|units| units >= LARGE_UNITS_MIN)
        || machine::size(size).is_some_and(|size| size.is_large())
}

/// The family of a size: `p4d`, `nc`, `a2`; the whole name where it is not known.
pub(super) fn family(size: &str) -> String {
    machine::size(size).map_or_else(|| size.trim().to_ascii_lowercase(), |size| size.family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_gpu_machines_are_told_by_their_names() {
        for size in [
            "p4d.24xlarge",
            "g5.xlarge",
            "c6a.8xlarge",
            "c5.metal",
            "ml.p3.2xlarge",
            "trn1.2xlarge",
            "Standard_NC24ads_A100_v4",
            "STANDARD_D64s_v5",
            "Standard_HB120rs_v3",
            "Standard_F72s_v2",
            "a2-highgpu-8g",
            "zones/us-central1-a/machineTypes/c2d-standard-56",
            "n2-custom-64-65536",
            "VM.GPU3.1",
            "16384",
            "n1-standard-4 nvidia-tesla-t4",
        ] {
            assert!(is_large(size), "{size}");
        }
        for size in [
            "t3.micro",
            "m5.xlarge",
            "c5.4xlarge",
            "Standard_B2s",
            "Standard_D4s_v5",
            "e2-medium",
            "n1-standard-4",
            "n2-custom-4-8192",
            "1024",
            "BUILD_GENERAL1_LARGE",
            "",
        ] {
            assert!(!is_large(size), "{size}");
        }
    }

    #[test]
    fn families_are_what_stands_before_the_size() {
        let families = ["p4d.24xlarge", "a2-highgpu-8g", "16384"].map(family);
        assert_eq!(families, ["p4d", "a2", "16384"]);
    }
}
